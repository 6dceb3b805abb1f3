import { expect, it } from "vitest";
import { playwrightFiles, retriedTests, slowestFirst, vitestFiles } from "./slow-files.mjs";

it("reads the time of each file from Vitest's report", () => {
  const testResults = [
    { name: "/jiva/lib/a.test.ts", startTime: 1_000, endTime: 3_500 },
    { name: "/jiva/lib/broken.test.ts" },
  ];
  expect(vitestFiles({ testResults }, "/jiva/")).toEqual([
    { file: "lib/a.test.ts", ms: 2_500 },
    { file: "lib/broken.test.ts", ms: 0 },
  ]);
});

it("sums the tries of all tests of a file from Playwright's report", () => {
  const spec = (...durations: number[]) => ({
    tests: [{ results: durations.map((duration) => ({ duration })) }],
  });
  const suite = { file: "a.spec.ts", specs: [spec(100), spec(20, 30)], suites: [{ specs: [spec(7)] }] };
  const config = { rootDir: `${process.cwd()}/e2e` };
  expect(playwrightFiles({ config, suites: [suite] })).toEqual([{ file: "e2e/a.spec.ts", ms: 157 }]);
});

it("names the tests that were tried again", () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status, results: [] }] });
  const inner = { specs: [spec("b", "flaky"), spec("c", "unexpected")] };
  const suites = [{ file: "a.spec.ts", specs: [spec("a", "expected")], suites: [inner] }];
  expect(retriedTests({ suites })).toEqual(["a.spec.ts › b"]);
});

it("sorts the slowest to the front", () => {
  const files = [
    { file: "a", ms: 1 },
    { file: "b", ms: 3 },
    { file: "c", ms: 2 },
  ];
  expect(slowestFirst(files).map(({ file }) => file)).toEqual(["b", "c", "a"]);
});
