// @ts-check
/**
 * `npm run test:jdbc`: reads traces from the embedded engine by ClickHouse's JDBC driver, which is what DBeaver and
 * other SQL clients use. Its last line is `N passed, N failed`. Where Java or Maven is missing it says so and ends
 * well.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "../../launcher/install.mjs";
import { run } from "../../launcher/processes.mjs";
import { createReport } from "../../launcher/report.mjs";
import { CannotStart } from "../../launcher/settings.mjs";
import { none, vitestTotals } from "../../launcher/test-totals.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const report = createReport(process.stdout, { name: "test:jdbc" });
const stopping = new AbortController();
for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(name, () => stopping.abort());
}
const { signal } = stopping;
const work = mkdtempSync(join(tmpdir(), "jiva-jdbc-"));

async function test() {
  for (const [name, args] of /** @type {const} */ ([
    ["java", ["-version"]],
    ["mvn", ["-version"]],
  ])) {
    const { code } = await run(name, args, { cwd: root, limitMs: 60_000 });
    if (code === 0) continue;
    report.line(`${name} is not installed here: the JDBC driver was not tried.`);
    return none;
  }
  await install({ root, withDev: true, report, signal });

  const drivers = join(work, "drivers");
  const step = report.step("fetching the JDBC driver");
  const fetched = await run(
    "mvn",
    [
      "-q",
      "-B",
      "-f",
      "devtools/clickhouse/jdbc-test/pom.xml",
      "dependency:copy-dependencies",
      `-DoutputDirectory=${drivers}`,
    ],
    { cwd: root, limitMs: 10 * 60_000, signal },
  );
  signal.throwIfAborted();
  if (fetched.code !== 0) {
    step.failed("see below");
    throw new CannotStart(`Maven could not fetch the driver:\n\n${fetched.output.trim()}`);
  }
  step.done();

  const file = join(work, "report.json");
  const { code } = await run(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config=devtools/clickhouse/jdbc-test/vitest.config.ts",
      "--reporter=verbose",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ],
    {
      cwd: root,
      limitMs: 5 * 60_000,
      signal,
      // What a killed run leaves behind lies in our folder.
      env: { ...process.env, TMPDIR: work, JDBC_DRIVERS: drivers },
      onLine: (line) => void process.stdout.write(`${line}\n`),
    },
  );
  signal.throwIfAborted();
  const totals = existsSync(file) ? vitestTotals(JSON.parse(readFileSync(file, "utf8"))) : none;
  // A set-up that broke fails no test.
  return { ...totals, failed: code === 0 ? totals.failed : Math.max(1, totals.failed) };
}

try {
  const { passed, failed } = await test();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  if (!signal.aborted) {
    const text =
      error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error);
    report.line(text);
  }
} finally {
  // An engine whose test was killed takes a moment to end.
  rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
}
