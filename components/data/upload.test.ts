import { describe, expect, it } from "vitest";
import type { UploadProgress } from "@/lib/api/datasets";
import { createResultReader } from "./upload";

const progress = { file: "trips.csv", read_bytes: 10, stored_bytes: 4, total_bytes: null, rows: 2 };
const answer = {
  files: [
    {
      name: "trips.csv",
      status: "stored",
      dataset: "trips",
      rows: 2,
      columns: [{ name: "a", type: "Int64" }],
    },
    { name: "bad.csv", status: "refused", reason: "Row 3 has more values than there are columns." },
  ],
};

function read(text: string) {
  const told: UploadProgress[] = [];
  const reader = createResultReader((state) => told.push(state));
  for (const character of text) reader.feed(character);
  return { told, reader };
}

describe("createResultReader", () => {
  it("tells the progress and gives a result for each file", () => {
    const { told, reader } = read(
      `event: progress\ndata: ${JSON.stringify(progress)}\n\nevent: done\ndata: ${JSON.stringify(answer)}\n\n`,
    );
    expect(told).toEqual([progress]);
    expect(reader.end()).toEqual(answer);
  });

  it("throws the problem of an error event", () => {
    const problem = { type: "about:blank", title: "Too large", status: 413, detail: "Upload fewer files." };
    const { reader } = read(`event: error\ndata: ${JSON.stringify(problem)}\n\n`);
    expect(() => reader.end()).toThrow("Upload fewer files.");
  });

  it("does not take a stream that broke off for a success", () => {
    const { reader } = read(`event: progress\ndata: ${JSON.stringify(progress)}\n\nevent: done\ndata: {"fil`);
    expect(() => reader.end()).toThrow("upload the rest");
  });

  it("refuses results of another shape", () => {
    expect(() => read('event: done\ndata: {"files":[{"name":"a"}]}\n\n')).toThrow("Reload the page");
  });
});
