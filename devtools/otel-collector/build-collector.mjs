// @ts-check
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../launcher/processes.mjs";
import { CannotStart } from "../launcher/settings.mjs";

const manifest = fileURLToPath(new URL("builder-config.yaml", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Four minutes of processor time with nothing cached; seven minutes were measured on two busy cores. */
const limitMs = 25 * 60_000;

/** The Collector's modules cannot be had here: no network, or a proxy that does not have them. */
export class ModulesOutOfReach extends CannotStart {}

/** How Go says that it could not fetch a module. What does not compile says none of this. */
const fetchTrouble =
  /dial tcp|no such host|i\/o timeout|TLS handshake timeout|connection (?:refused|reset)|module lookup disabled|: (?:403|404|407|410|5\d\d) [A-Z]/;

/**
 * Go's version as it says it, undefined where there is no Go.
 * @returns {Promise<string | undefined>}
 */
export async function findGo() {
  const { code, output } = await run("go", ["version"], { cwd: root, limitMs: 30_000 });
  return code === 0 ? output.trim() : undefined;
}

/**
 * Builds the Collector of the manifest with its own builder, unless that was done before, and gives the
 * program's path. Kept in dist/ under the manifest's digest; those of older manifests are removed.
 *
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {(line: string) => void} options.onLine the builder's log
 * @returns {Promise<string>}
 */
export async function buildCollector({ signal, onLine }) {
  const text = readFileSync(manifest, "utf8");
  const dist = join(root, "dist");
  const name = `otelcol-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  const program = join(dist, name);
  if (existsSync(program)) return program;

  const output = mkdtempSync(join(tmpdir(), "jiva-otelcol-"));
  try {
    const builder = `go.opentelemetry.io/collector/cmd/builder@v${versionIn(text)}`;
    const built = await run("go", ["run", builder, "--config", manifest, "--ldflags=-s -w"], {
      // The manifest's output path counts from here. No Go module above it has a say in the versions.
      cwd: output,
      limitMs,
      env: { ...process.env, CGO_ENABLED: "0" },
      signal,
      onLine,
    });
    signal.throwIfAborted();
    if (built.code !== 0) {
      const Trouble = fetchTrouble.test(built.output) ? ModulesOutOfReach : CannotStart;
      throw new Trouble(`The Collector could not be built:\n\n${built.output.trim()}`);
    }
    mkdirSync(dist, { recursive: true });
    for (const old of readdirSync(dist).filter((each) => each.startsWith("otelcol-"))) {
      rmSync(join(dist, old));
    }
    // In one step, so that a copy that was cut off is not taken for a program.
    copyFileSync(join(output, "build/otelcol"), `${program}.new`);
    renameSync(`${program}.new`, program);
    return program;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** @param {string} text of the manifest */
function versionIn(text) {
  const [, version] = /^ {2}version: (\S+)$/m.exec(text) ?? [];
  if (version === undefined) throw new Error("builder-config.yaml has no dist.version");
  return version;
}
