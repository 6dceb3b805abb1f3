import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createReport, formatElapsed } from "./report.mjs";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 80, write: (text: string) => written.push(text) };
}

describe("without a terminal", () => {
  it("writes a line when a step ends", () => {
    const stream = recorder(false);
    const step = createReport(stream).step("building the app");
    step.progress("halfway");
    expect(stream.written).toEqual([]);
    vi.advanceTimersByTime(12_000);
    step.done();
    expect(stream.written).toEqual(["Jiva  building the app … 12 s\n"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("shows now and then that a long step lives", () => {
    const stream = recorder(false);
    const step = createReport(stream).step("installing");
    step.progress("package 7");
    vi.advanceTimersByTime(31_000);
    step.failed("no network");
    expect(stream.written).toEqual([
      "Jiva  installing … package 7, 15 s\n",
      "Jiva  installing … package 7, 30 s\n",
      "Jiva  installing … failed: no network, 31 s\n",
    ]);
  });
});

describe("in a terminal", () => {
  /** What the terminal shows: a carriage return with the sequence after it clears what stood on the line. */
  const shown = (written: readonly string[]) =>
    written
      .join("")
      .split("\n")
      .map((line) => line.split("\r\u001b[2K").at(-1));

  it("counts the seconds on the step's own line", () => {
    const stream = recorder(true);
    const step = createReport(stream).step("building");
    vi.advanceTimersByTime(2_000);
    expect(shown(stream.written)).toEqual(["Jiva  building … 2.0 s"]);
    step.done("done");
    expect(shown(stream.written)).toEqual(["Jiva  building … done, 2.0 s", ""]);
  });

  it("puts another line above the step under way", () => {
    const stream = recorder(true);
    const report = createReport(stream);
    const step = report.step("building");
    report.line("the engine is back");
    expect(shown(stream.written)).toEqual(["Jiva  the engine is back", "Jiva  building … 0.0 s"]);
    step.done();
  });

  it("shows steps side by side, and goes on with the one that is left", () => {
    const stream = recorder(true);
    const report = createReport(stream);
    const build = report.step("building");
    const test = report.step("testing");
    vi.advanceTimersByTime(2_000);
    expect(shown(stream.written)).toEqual(["Jiva  building … 2.0 s · testing … 2.0 s"]);
    build.done();
    expect(shown(stream.written)).toEqual(["Jiva  building … 2.0 s", "Jiva  testing … 2.0 s"]);
    report.block("why\nit failed");
    expect(shown(stream.written)).toEqual([
      "Jiva  building … 2.0 s",
      "",
      "why",
      "it failed",
      "",
      "Jiva  testing … 2.0 s",
    ]);
    test.done();
    expect(shown(stream.written).slice(-2)).toEqual(["Jiva  testing … 2.0 s", ""]);
  });

  it("never wraps the line under way, which could not be cleared then", () => {
    const stream = recorder(true);
    const step = createReport(stream).step("x".repeat(200));
    expect(shown(stream.written)[0]).toHaveLength(79);
    step.done();
  });
});

describe("formatElapsed", () => {
  it.each([
    [0, "0.0 s"],
    [420, "0.4 s"],
    [9_960, "10 s"],
    [31_400, "31 s"],
    [125_000, "2 min 05 s"],
  ])("%d ms is %s", (elapsedMs, text) => expect(formatElapsed(elapsedMs)).toBe(text));
});
