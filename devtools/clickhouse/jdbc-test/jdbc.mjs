// @ts-check
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install } from "../../launcher/install.mjs";
import { run } from "../../launcher/processes.mjs";
import { CannotStart } from "../../launcher/settings.mjs";
import { NotRun, root, runVitest } from "../../suites/run-suite.mjs";

/**
 * Reads traces from the embedded engine by ClickHouse's JDBC driver, which is what DBeaver and other SQL clients
 * use. Maven fetches the driver.
 * @param {import("../../suites/run-suite.mjs").SuiteRun} suite
 */
export async function testJdbc(suite) {
  const { report, signal } = suite;
  for (const name of ["java", "mvn"]) {
    const { code } = await run(name, ["-version"], { cwd: root, limitMs: 60_000 });
    if (code !== 0) throw new NotRun(`${name} is not installed here, which the JDBC driver needs`);
  }
  await install({ root, withDev: true, report, signal });

  const drivers = mkdtempSync(join(tmpdir(), "jiva-jdbc-"));
  try {
    const step = report.step("fetching the JDBC driver");
    const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${drivers}`];
    const { code, output } = await run(
      "mvn",
      ["-q", "-B", "-f", "devtools/clickhouse/jdbc-test/pom.xml", ...goal],
      { cwd: root, limitMs: 10 * 60_000, signal },
    );
    signal.throwIfAborted();
    if (code !== 0) {
      step.failed("see below");
      throw new CannotStart(`Maven could not fetch the driver:\n\n${output.trim()}`);
    }
    step.done();
    return await runVitest({
      ...suite,
      config: "devtools/clickhouse/jdbc-test/vitest.config.ts",
      limitMs: 5 * 60_000,
      env: { JDBC_DRIVERS: drivers },
    });
  } finally {
    rmSync(drivers, { recursive: true, force: true });
  }
}
