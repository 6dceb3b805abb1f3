import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packColumns } from "@/lib/packed/columns";
import { contentsToJson } from "@/lib/packed/contents";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { openFile } from "./file-reader";

const columns = spansToColumns([
  { id: 1, duration: 10 },
  { id: 2, parent: 1 },
]);

function fileOf(places: readonly number[] | undefined) {
  const run = { runId: "r", title: "t", startedAt: "2026-01-01", blockSpans: 1_000, blocks: 1, places };
  const contents = contentsToJson({ view: "", values: "all", runs: [run] });
  const zipped = (content: string | Uint8Array) => gzipSync(content).toString("base64");
  const elements = new Map([
    ["contents", zipped(contents)],
    ["run-0", zipped(packColumns(columns))],
  ]);
  return openFile((id) => elements.get(id));
}

describe("openFile", () => {
  it("opens a file whose spans lie in another order, or in part not at all", async () => {
    expect((await fileOf(undefined)).runs).toMatchObject([{ runId: "r", columns: { count: 2 } }]);
    expect((await fileOf([2, 0])).packed[0]?.places).toEqual([2, 0]);
  });

  it("refuses a file whose places are not those of its spans", async () => {
    for (const places of [[1], [1, 2, 3], [1, 4_000_000_000]]) {
      await expect(fileOf(places)).rejects.toThrow("The file is not complete.");
    }
  });
});
