import { startTried } from "../live/tried-jiva";
import type { Verdict } from "../verdict";
import { httpProbes, strangerProbes } from "./http-probes";
import { idProbes } from "./id-probes";
import { injectionProbes } from "./injection-probes";
import { operatorProbes } from "./operator-probes";
import { type Came, type Probe, usualLimitMs } from "./probe";
import { tokenProbes, tokens } from "./token-probes";
import { uploadProbes } from "./upload-probes";

/**
 * An adversary's and an operator's day as one table, against Jivas of its own on loopback. The slow ones wait beside
 * the others; those that kill something come last.
 */
export async function proveProbes(root: string, verdict: Verdict): Promise<void> {
  const guarded = await startTried(root, { API_TOKEN: tokens.full, READ_TOKEN: tokens.read });
  try {
    await tryProbes(tokenProbes({ root, tried: guarded, url: guarded.url }), verdict);
  } finally {
    await guarded.stop();
  }
  const tried = await startTried(root);
  const target = { root, tried, url: tried.url };
  try {
    const probes = [...httpProbes(target), ...strangerProbes(target)];
    const slow = probes
      .filter(({ area }) => area === "slow")
      .map((probe) => ({ probe, came: tryProbe(probe) }));
    await tryProbes(
      probes.filter(({ area }) => area !== "slow"),
      verdict,
    );
    await tryProbes([...idProbes(target), ...injectionProbes(target), ...uploadProbes(target)], verdict);
    for (const { probe, came } of slow) tell(probe, await came, verdict);
    await tryProbes(operatorProbes(target), verdict);
  } finally {
    await tried.stop();
  }
}

async function tryProbes(probes: readonly Probe[], verdict: Verdict): Promise<void> {
  for (const probe of probes) tell(probe, await tryProbe(probe), verdict);
}

async function tryProbe({ run, limitMs = usualLimitMs }: Probe): Promise<Came> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Came>((resolve) => {
    timer = setTimeout(() => resolve({ came: `nothing within ${limitMs / 1_000} s`, ok: false }), limitMs);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
    return { came: `${String(error)}${cause}`, ok: false };
  } finally {
    clearTimeout(timer);
  }
}

function tell({ area, name, right }: Probe, { came, ok }: Came, verdict: Verdict): void {
  const row = `${area.padEnd(10)} ${shown(name)}`;
  if (ok) verdict.passed(`${row} → ${shown(came)}`);
  else verdict.failed(row, `${shown(came)}; right is: ${right}`);
}

/** On one line of the terminal, whatever it holds. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "·").slice(0, 220);
}
