// @ts-check
/** Reads what the test runners write about a run, so that the totals are theirs and not ours. */

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} retried how many of those that passed needed a second try
 * @property {number} failed
 * @property {number} skipped
 */

/** @type {Totals} */
export const none = { passed: 0, retried: 0, failed: 0, skipped: 0 };

/**
 * Of Vitest's JSON report. A file that could not be run counts as one failed test: it holds tests that did not
 * pass.
 * @param {unknown} report
 * @returns {Totals}
 */
export function vitestTotals(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
    /** @type {Record<string, number> & { testResults: { status: string, assertionResults: unknown[] }[] }} */ (
      report
    );
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return {
    passed: numPassedTests ?? 0,
    retried: 0,
    failed: (numFailedTests ?? 0) + brokenFiles.length,
    skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0),
  };
}

/**
 * Of Playwright's JSON report. A test that passed only when tried again passed; errors outside of tests (a
 * set-up that failed, a file that does not load) count as one failed test each.
 * @param {unknown} report
 * @returns {Totals}
 */
export function playwrightTotals(report) {
  const { stats, errors } =
    /** @type {{ stats: Record<"expected" | "unexpected" | "flaky" | "skipped", number>, errors?: unknown[] }} */ (
      report
    );
  return {
    passed: stats.expected + stats.flaky,
    retried: stats.flaky,
    failed: stats.unexpected + (errors?.length ?? 0),
    skipped: stats.skipped,
  };
}

/**
 * @param {readonly Totals[]} all
 * @returns {Totals}
 */
export function sumOf(all) {
  return all.reduce(
    (sum, totals) => ({
      passed: sum.passed + totals.passed,
      retried: sum.retried + totals.retried,
      failed: sum.failed + totals.failed,
      skipped: sum.skipped + totals.skipped,
    }),
    none,
  );
}
