import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { suiteOutcome } from "./run-suite.mjs";
import { suites } from "./table.mjs";

describe("suiteOutcome", () => {
  it("reads the last line", () => {
    expect(suiteOutcome("noise\n12 passed, 3 failed\n")).toMatchObject({
      totals: { passed: 12, failed: 3 },
      remark: undefined,
    });
  });

  it("reads why a suite was not run", () => {
    const output = "x\ntest:a  not run, because Go is not installed here\n0 passed, 0 failed\n";
    expect(suiteOutcome(output)).toMatchObject({
      totals: { passed: 0, failed: 0 },
      remark: "not run, because Go is not installed here",
    });
  });

  it("counts a suite that broke off as a failure", () => {
    expect(suiteOutcome("test:a  Error: x").totals.failed).toBe(1);
    expect(suiteOutcome("").totals.failed).toBe(1);
  });
});

/** What a suite whose body is `body` prints, and how it ends. */
function runBody(body: string): { output: string; code: number } {
  const script = `import { NotRun, runSuite } from "./devtools/suites/run-suite.mjs";
    import { CannotStart } from "./devtools/launcher/settings.mjs";
    await runSuite("test:a", async () => { ${body} });`;
  try {
    const args = ["--input-type=module", "--eval", script];
    return { output: execFileSync(process.execPath, args, { encoding: "utf8" }), code: 0 };
  } catch (error) {
    const { stdout, status } = error as { stdout: string; status: number };
    return { output: stdout, code: status };
  }
}

describe("runSuite", () => {
  it.each([
    ["return { passed: 2, failed: 0, retried: 0, skipped: 0 }", 0, "2 passed, 0 failed\n"],
    ["return { passed: 2, failed: 1, retried: 0, skipped: 0 }", 1, "2 passed, 1 failed\n"],
    ["throw new NotRun('x is missing')", 0, "test:a  not run, because x is missing\n0 passed, 0 failed\n"],
    ["throw new CannotStart('Free the port.')", 1, "test:a  Free the port.\n"],
  ])("%s", (body, code, output) => expect(runBody(body)).toEqual({ code, output }));
});

it("every suite has its command and its program", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const { name, program } of suites) {
    expect(scripts[`test:${name}`]).toBe(`exec node ${program}`);
    expect(existsSync(program)).toBe(true);
  }
});
