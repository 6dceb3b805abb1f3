// @ts-check
/**
 * `npm run test:clients`: programs that other people wrote read and write Jiva. One of them so far: ClickHouse's
 * JDBC driver (`npm run test:jdbc`). Where this machine lacks what one needs, that one is left out and named.
 */
import { testJdbc } from "../clickhouse/jdbc-test/jdbc.mjs";
import { sumOf } from "../launcher/test-totals.mjs";
import { NotRun, runSuite } from "../suites/run-suite.mjs";

/** @type {readonly ((suite: import("../suites/run-suite.mjs").SuiteRun) => Promise<import("../suites/run-suite.mjs").Totals>)[]} */
const clients = [testJdbc];

await runSuite("test:clients", async (suite) => {
  const outcomes = [];
  const reasons = [];
  for (const client of clients) {
    try {
      outcomes.push(await client(suite));
    } catch (error) {
      if (!(error instanceof NotRun)) throw error;
      reasons.push(error.because);
    }
  }
  if (outcomes.length === 0) throw new NotRun(reasons.join("; "));
  for (const reason of reasons) suite.report.line(`a part was not run: ${reason}`);
  return sumOf(outcomes);
});
