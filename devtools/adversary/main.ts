import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FromTrial, proveBoundary } from "./boundary/boundary";
import { openReader, seedKeeper, tryFormat } from "./boundary/try-format";
import { proveChaos } from "./chaos/chaos";
import { proveHttp } from "./http/http";
import { mutationOf } from "./mutate/mutate";
import { type Options, readOptions } from "./options";
import { proveProbes } from "./probes/probes";
import { endings, type Format } from "./seeds/seed";
import { createVerdict, type Verdict } from "./verdict";

/** The bundle of this folder, started by run.mjs in the repository's root with everything built. */
const root = process.cwd();

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.only !== undefined) return await showOne(options, options.only);
  const verdict = createVerdict(process.stdout);
  process.stdout.write(`seed ${options.seed}\n`);
  if (options.parts.includes("boundary")) await proveBoundary(options, verdict);
  if (options.parts.includes("http")) await proveHttp(root, options, verdict);
  if (options.parts.includes("chaos")) await proveChaos(root, options, verdict);
  if (options.parts.includes("probes")) await proveProbes(root, verdict);
  return await tell(options.withoutWatcher ? turned(verdict.totals) : verdict.totals);
}

/** Without the watcher it must not hold: a proof that passes there proves nothing. */
function turned({ failed }: Verdict["totals"]): Verdict["totals"] {
  process.stdout.write(
    failed > 0
      ? "\nAs expected: without the watcher it does not hold.\n"
      : "\nWithout the watcher it holds too, so that it proves nothing of the watcher.\n",
  );
  return failed > 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** To run.mjs, which ends with them. */
async function tell({ passed, failed }: Verdict["totals"]): Promise<number> {
  await new Promise((resolve) => process.send?.({ passed, failed }, undefined, undefined, resolve));
  return failed === 0 ? 0 : 1;
}

/** Writes one input out, and says what its parser makes of it. */
async function showOne({ formats, seed }: Options, index: number): Promise<number> {
  const [format] = formats;
  if (format === undefined) throw new Error("--only needs one --format.");
  const { bytes, what } = mutationOf(seedKeeper(seed, root), format, seed, index);
  const folder = join(root, "dist/adversary-inputs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${format}-${seed}-${index}.${endings[format]}`);
  writeFileSync(file, bytes);
  process.stdout.write(`${file} (${bytes.length} bytes)\n${what}\n`);
  const startedMs = performance.now();
  const reader = openReader(format, root);
  const outcome = await reader.read(`input.${endings[format]}`, bytes);
  await reader.close();
  process.stdout.write(`${JSON.stringify(outcome)} in ${Math.round(performance.now() - startedMs)} ms\n`);
  return 0;
}

async function trial([format, count, seed, warmUp]: readonly string[]): Promise<number> {
  // Nobody would read what comes of it.
  process.once("disconnect", () => process.exit(1));
  const report = await tryFormat(
    { format: format as Format, count: Number(count), seed: Number(seed), warmUp: Number(warmUp), root },
    (index) => process.send?.({ type: "at", index } satisfies FromTrial),
  );
  await new Promise((resolve) =>
    process.send?.({ type: "done", report } satisfies FromTrial, undefined, undefined, resolve),
  );
  return 0;
}

const [first, ...rest] = process.argv.slice(2);
try {
  process.exitCode = first === "--trial" ? await trial(rest) : await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
// Handles that a failed run left open must not keep the process alive.
process.exit();
