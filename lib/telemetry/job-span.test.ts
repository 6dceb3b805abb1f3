import { expect, it } from "vitest";
import { attributeText } from "@/lib/trace/span";
import { withJobSpan } from "./job-span";
import { recordSpans } from "./testing/recorded-spans";
import { withRun } from "./with-run";

const recorded = recordSpans();

it("puts what a job timed below the job, in the run that asked for it", async () => {
  let traceparent: string | undefined;
  await withRun({ runId: "r1", name: "ingest" }, () =>
    withJobSpan("scan.csv", async (span) => {
      traceparent = span.traceparent;
      span.set("kind", "thread");
      span.set("peakRssBytes", 7);
      const at = { startMs: 1_700_000_000_000.25, endMs: 1_700_000_000_010 };
      span.record([
        { ...at, id: 1, parent: 0, name: "inner", attributes: { rows: 3 }, error: undefined },
        { ...at, id: 0, parent: undefined, name: "outer", attributes: {}, error: undefined },
        {
          ...at,
          id: 2,
          parent: undefined,
          name: "bad",
          attributes: {},
          error: { name: "Bad", message: "no" },
        },
      ]);
    }),
  );
  const spans = await recorded();
  const job = spans.get("job");
  expect(traceparent).toBe(`00-${job?.traceId}-${job?.spanId}-01`);
  expect(attributeText(job?.attributes ?? [], "job.name")).toBe("scan.csv");
  expect(attributeText(job?.attributes ?? [], "job.kind")).toBe("thread");
  expect(attributeText(job?.attributes ?? [], "job.peak_rss_bytes")).toBe("7");
  const outer = spans.get("outer");
  expect(outer).toMatchObject({ parentSpanId: job?.spanId, startNs: 1_700_000_000_000_250_000n });
  expect(outer?.durationNs).toBe(9_750_000n);
  expect(spans.get("inner")).toMatchObject({ parentSpanId: outer?.spanId, traceId: job?.traceId });
  expect(attributeText(spans.get("inner")?.attributes ?? [], "rows")).toBe("3");
  expect(spans.get("bad")).toMatchObject({ parentSpanId: job?.spanId, status: "Error", statusMessage: "no" });
  for (const span of spans.values()) expect(attributeText(span.attributes, "run_id")).toBe("r1");
});
