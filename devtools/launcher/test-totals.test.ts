import { describe, expect, it } from "vitest";
import { playwrightTotals, sumOf, vitestTotals } from "./test-totals.mjs";

describe("vitestTotals", () => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

  it("counts what passed, failed and was skipped", () => {
    const testResults = [{ status: "failed", assertionResults: [{}] }];
    expect(vitestTotals({ ...report, testResults })).toEqual({
      passed: 5,
      retried: 0,
      failed: 1,
      skipped: 3,
    });
  });

  it("counts a file that could not be run as a failure", () => {
    const testResults = [{ status: "failed", assertionResults: [] }];
    expect(vitestTotals({ ...report, numFailedTests: 0, testResults }).failed).toBe(1);
  });
});

describe("playwrightTotals", () => {
  const stats = { expected: 7, unexpected: 2, flaky: 1, skipped: 3 };

  it("counts what passed, at which try, failed and was skipped", () => {
    const totals = playwrightTotals({ stats, errors: [] });
    expect(totals).toEqual({ passed: 8, retried: 1, failed: 2, skipped: 3 });
  });

  it("counts an error outside of tests as a failure", () => {
    expect(playwrightTotals({ stats, errors: [{ message: "the set-up failed" }] }).failed).toBe(3);
  });
});

it("sums", () => {
  const one = { passed: 4, retried: 1, failed: 2, skipped: 3 };
  expect(sumOf([])).toEqual({ passed: 0, retried: 0, failed: 0, skipped: 0 });
  expect(sumOf([one, one])).toEqual({ passed: 8, retried: 2, failed: 4, skipped: 6 });
});
