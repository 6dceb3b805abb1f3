import { describe, expect, it } from "vitest";
import { ganttHtml } from "../../lib/export/html";
import { parseOtlpJson } from "../../lib/otlp/json/parse-otlp-json";
import { spansToColumns } from "../../lib/trace/columns/spans-to-columns";
import { makeQuestionTrace, toOtlpRequests } from "./question-trace.mjs";

/** Of the benchmark's trace; its 100,000 spans take about a tenth less for each. */
const count = 10_000;

async function fileBytes(values: "usual" | "random"): Promise<number> {
  const requests = [...toOtlpRequests(makeQuestionTrace(count, { values }), { startMs: 1_767_225_600_000 })];
  const spans = requests
    .flatMap((request) => parseOtlpJson(String(request), { receivedNs: 1n }).spans)
    .sort((a, b) => Number(a.startNs - b.startNs));
  const run = {
    runId: "run",
    title: "run",
    startedAt: "2026-01-01T00:00:00Z",
    columns: spansToColumns(spans, "run"),
    spans: (async function* () {
      yield spans;
    })(),
  };
  let bytes = 0;
  for await (const piece of ganttHtml({ runs: [run], viewerScript: "", viewerStyle: "" }))
    bytes += piece.length;
  return bytes;
}

/** The goals are 5 MB and 9 MB for 100,000 spans; these bounds are what was reached, with a tenth of room. */
describe("an exported file without its program", () => {
  it("takes 27 bytes a span with values as they usually are", async () => {
    expect((await fileBytes("usual")) / count).toBeLessThan(27);
  });

  it("takes 60 bytes a span where every value is another", async () => {
    expect((await fileBytes("random")) / count).toBeLessThan(60);
  });
});
