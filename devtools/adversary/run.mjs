// @ts-check
/**
 * `npm run test:adversary`: hostile inputs and bad days against the parsers and against a really started Jiva.
 * README.md of devtools says what it proves and how one input is repeated. Its last line is `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { build } from "../launcher/build.mjs";
import { install } from "../launcher/install.mjs";
import { createReport } from "../launcher/report.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = "dist/adversary.mjs";
const report = createReport(process.stdout, { name: "test:adversary" });
const stopping = new AbortController();

await install({ root, withDev: true, report, signal: stopping.signal });
await build({
  root,
  steps: ["engine", "viewer", "workers", "server", "app"],
  report,
  signal: stopping.signal,
});
await bundle({
  absWorkingDir: root,
  entryPoints: ["devtools/adversary/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  packages: "external",
  sourcemap: "linked",
  logLevel: "warning",
});

const child = spawn(process.execPath, ["--enable-source-maps", outfile, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => child.kill(signal));
}
const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
process.exitCode = code ?? 130;
