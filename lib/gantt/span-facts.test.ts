import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spanKinds, statusCodes } from "@/lib/trace/span";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { spanFacts } from "./span-facts";
import { buildTimeline } from "./timeline";

const columns = spansToColumns([
  { id: 1, name: "ask", duration: 100 },
  { id: 0xabcd, parent: 1, name: "chat", start: 20, duration: 60, work: 7, error: true },
]);
const epochNs = 1767225600000000000n;

describe("spanFacts", () => {
  it("reads from the columns a span below another", () => {
    const timeline = buildTimeline([{ runId: "r", title: "t", columns }]);
    expect(spanFacts(timeline, 1)).toEqual({
      status: "Error",
      spanKind: "Internal",
      work: "model",
      service: "service",
      spanId: "000000000000abcd",
      traceId: "0123456789abcdef0123456789abcdef",
      startNs: 20,
      durationNs: 60,
      selfNs: 60,
      startEpochNs: epochNs + 20n,
      endEpochNs: epochNs + 80n,
      pathNs: 60,
      pathShare: 0.6,
      parentNs: 100,
      parentSpan: 0,
      oddities: [],
    });
  });

  it("knows no parent at the top of a run", () => {
    const timeline = buildTimeline([{ runId: "r", title: "t", columns }]);
    expect(spanFacts(timeline, 0)).toMatchObject({
      status: "Unset",
      selfNs: 40,
      pathShare: 0.4,
      parentNs: undefined,
      parentSpan: undefined,
    });
  });

  it("measures a top span against the run's node among several runs, which is no span to go to", () => {
    const timeline = buildTimeline([
      { runId: "a", title: "", columns },
      { runId: "b", title: "", columns },
    ]);
    expect(spanFacts(timeline, 4)).toMatchObject({ durationNs: 100, parentNs: 100, parentSpan: undefined });
    expect(spanFacts(timeline, 5)).toMatchObject({ spanId: "000000000000abcd", parentSpan: 4 });
    expect(() => spanFacts(timeline, 3)).toThrow(RangeError);
  });

  it("names what is odd about a span", () => {
    const late = spansToColumns([
      { id: 1, duration: 10 },
      { id: 2, parent: 9, start: 2, duration: 3 },
    ]);
    const timeline = buildTimeline([{ runId: "r", title: "t", columns: late }]);
    expect(spanFacts(timeline, 1).oddities).toEqual(["orphan"]);
  });

  it("unpacks every kind and status from the byte that they share", () => {
    fc.assert(
      fc.property(fc.constantFrom(...spanKinds), fc.constantFrom(...statusCodes), (spanKind, status) => {
        const kindAndStatus = new Uint8Array(columns.kindAndStatus);
        kindAndStatus[0] = spanKinds.indexOf(spanKind) + 16 * statusCodes.indexOf(status);
        const changed = { ...columns, kindAndStatus };
        const timeline = buildTimeline([{ runId: "r", title: "t", columns: changed }]);
        expect(spanFacts(timeline, 0)).toMatchObject({ spanKind, status });
      }),
    );
  });
});
