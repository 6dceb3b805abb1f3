import { describe, expect, it } from "vitest";
import { contentsToJson, type FileContents, parseContents } from "./contents";

const run = { runId: "r", title: "t", startedAt: "2026-01-01T00:00:00Z", blockSpans: 1_000, blocks: 3 };
const contents: FileContents = { view: "from=1", values: "none", runs: [run, { ...run, places: [2, 0, 1] }] };

/** The written JSON with some fields in place of those of the file, or of its first run. */
function changed(file: object, firstRun: object = {}): string {
  return JSON.stringify({ v: 2, ...contents, runs: [{ ...run, ...firstRun }], ...file });
}

describe("the contents of a file", () => {
  it("are read as they were written", () => {
    expect(parseContents(contentsToJson(contents))).toEqual(contents);
    expect(parseContents(changed({}))).toEqual({ ...contents, runs: [run] });
  });

  it.each([changed({ v: 1 }), changed({ v: 3 }), changed({ v: "2" }), "[]", "null"])(
    "of another version are refused: %s",
    (json) => expect(() => parseContents(json)).toThrow("This file is of another version"),
  );

  it.each([
    "",
    changed({}).slice(0, -5),
    changed({ runs: [] }),
    changed({ runs: Array.from({ length: 21 }, () => run) }),
    changed({ runs: [[]] }),
    changed({}, { runId: 1 }),
    changed({}, { title: null }),
    changed({}, { startedAt: undefined }),
    changed({}, { blockSpans: 0 }),
    changed({}, { blocks: -1 }),
    changed({}, { blocks: 1.5 }),
    changed({}, { places: {} }),
    changed({}, { places: [1, "2"] }),
  ])("with something missing or wrong are refused: %s", (json) =>
    expect(() => parseContents(json)).toThrow("The file is not complete."),
  );

  it("take a view and values of no kind that is known for none and all", () => {
    expect(parseContents(changed({ view: 1, values: "some" }))).toMatchObject({ view: "", values: "all" });
  });
});
