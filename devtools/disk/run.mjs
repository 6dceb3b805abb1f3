// @ts-check
/**
 * `npm run test:disk`: Jiva on a disk of 256 MB that is filled at different moments, freed and started again, with
 * every row compared with what was acknowledged. The disk is a tmpfs in a mount namespace of the test's own, which
 * needs root. `--small` runs two moments, `--moment NAME` one.
 */
import { spawnSync } from "node:child_process";
import { build } from "../launcher/build.mjs";
import { install } from "../launcher/install.mjs";
import { run } from "../launcher/processes.mjs";
import { CannotStart } from "../launcher/settings.mjs";
import { NotRun, root, runSuite } from "../suites/run-suite.mjs";

/** Eleven moments take some five minutes where nobody else works. */
const limitMs = 30 * 60_000;

await runSuite("test:disk", async ({ report, signal }) => {
  requireNamespace();
  await install({ root, withDev: true, report, signal });
  await build({ root, steps: ["engine", "viewer", "workers", "server", "app"], report, signal });
  const args = ["-m", process.execPath, "devtools/disk/scenario.mjs", ...process.argv.slice(2)];
  let passed = 0;
  let failed = 0;
  const { code, output } = await run("unshare", args, {
    cwd: root,
    limitMs,
    signal,
    onLine: (line) => {
      if (line.startsWith("ok ")) passed++;
      else if (line.startsWith("failed ")) failed++;
      else return;
      report.line(line);
    },
  });
  signal.throwIfAborted();
  if (code !== 0 && failed === 0)
    throw new CannotStart(`The scenario ended with code ${code}:\n\n${output.trim()}`);
  if (failed > 0) process.stdout.write(`\n${output.trim()}\n\n`);
  return { passed, failed, retried: 0, skipped: 0 };
});

/** Throws NotRun where this user may not mount a disk of its own. */
function requireNamespace() {
  const { status } = spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]);
  if (status === 0) return;
  throw new NotRun("this user may not mount a disk in a namespace of its own (root and Linux are needed)");
}
