import { context, trace } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { DeadlineExceeded } from "@/lib/base/tasks";
import { attributeText, type Span } from "@/lib/trace/span";
import { recordSpans } from "./testing/recorded-spans";
import { withRun } from "./with-run";
import { withSpan } from "./with-span";

const recorded = recordSpans();

describe("a run", () => {
  it("is a trace of its own, linked to the caller's, with its id on every span", async () => {
    const caller = "0af7651916cd43dd8448eb211c80319c";
    const headers = new Headers({ traceparent: `00-${caller}-b7ad6b7169203331-00` });
    const traceId = await withRun({ runId: "r1", name: "ask", headers }, async (run) => {
      run.set("question", "why");
      await withSpan("plan", { "retrieval.table": "bikes" }, async () => {
        // As a library would: with the API alone.
        trace.getTracer("library").startActiveSpan("db", (span) => span.end());
      });
      return run.traceId;
    });
    const spans = await recorded();
    const ask = spans.get("ask");
    expect(ask).toMatchObject({ traceId, parentSpanId: "", kind: "Internal", serviceName: "jiva-test" });
    expect(ask?.links).toMatchObject([{ traceId: caller, spanId: "b7ad6b7169203331" }]);
    expect(traceId).not.toBe(caller);
    expect(spans.get("plan")?.parentSpanId).toBe(ask?.spanId);
    expect(spans.get("db")?.parentSpanId).toBe(spans.get("plan")?.spanId);
    for (const span of spans.values()) expect(attributeText(span.attributes, "run_id")).toBe("r1");
  });

  it("ends everything that is open, with the cause, when it fails", async () => {
    const failure = withRun({ runId: "r2", name: "ask" }, async () => {
      // Work that does not listen: its span stays open when the deadline comes.
      void withSpan("deaf", {}, () => new Promise(() => undefined));
      await withSpan("plan", {}, async () => Promise.reject(new DeadlineExceeded(30)));
    });
    await expect(failure).rejects.toBeInstanceOf(DeadlineExceeded);
    const spans = await recorded();
    expect([...spans.keys()].sort()).toEqual(["ask", "deaf", "plan"]);
    for (const span of spans.values()) {
      expect(span.status).toBe("Error");
      expect(span.statusMessage).toContain("30 ms");
      expect(attributeText(span.attributes, "error.type")).toBe("DeadlineExceeded");
    }
    expect(spans.get("ask")?.events.map(({ name }) => name)).toEqual(["exception"]);
  });

  it("keeps the ids of runs at the same time apart", async () => {
    await Promise.all(
      ["a", "b", "c"].map((runId) =>
        withRun({ runId, name: `ask ${runId}` }, async () => {
          await Promise.resolve();
          await withSpan(`plan ${runId}`, {}, () => Promise.resolve());
        }),
      ),
    );
    const spans = await recorded();
    for (const id of ["a", "b", "c"]) {
      expect(attributeText(spans.get(`plan ${id}`)?.attributes ?? [], "run_id")).toBe(id);
    }
  });

  it("times its spans to the microsecond, children within their parents", async () => {
    for (let i = 0; i < 20; i++) {
      await withRun({ runId: `t${i}`, name: `ask ${i}` }, () =>
        withSpan(`plan ${i}`, {}, async () => undefined),
      );
    }
    const spans = await recorded();
    const endNs = (span: Span) => span.startNs + span.durationNs;
    for (let i = 0; i < 20; i++) {
      const [ask, plan] = [spans.get(`ask ${i}`), spans.get(`plan ${i}`)];
      if (!ask || !plan) throw new Error("A span is missing.");
      // The sum in milliseconds since the epoch is a number with steps of 0.24 µs.
      expect(plan.startNs - ask.startNs).toBeGreaterThan(-500n);
      expect(endNs(ask) - endNs(plan)).toBeGreaterThan(-500n);
    }
    const microseconds = [...spans.values()].map(({ startNs }) => (startNs / 1_000n) % 1_000n);
    expect(new Set(microseconds).size).toBeGreaterThan(5);
  });

  it("keeps the kinds of values, and cuts long content", async () => {
    await withRun({ runId: "r3", name: "ask" }, async (run) => {
      run.set("whole", 3);
      run.set("half", 0.5);
      run.set("yes", true);
      run.set("long", "x".repeat(10_000));
    });
    const attributes = (await recorded()).get("ask")?.attributes ?? [];
    const typeOf = (key: string) => attributes.find((attribute) => attribute.key === key)?.type;
    expect(["whole", "half", "yes", "long"].map(typeOf)).toEqual(["int", "double", "bool", "string"]);
    expect(attributeText(attributes, "long")).toHaveLength(4_000);
  });
});

describe("outside a run", () => {
  it("records nothing, nor what a caller's sampled trace asks for", async () => {
    await withSpan("list", {}, async () => undefined);
    const remote = trace.setSpanContext(context.active(), {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: 1,
      isRemote: true,
    });
    await context.with(remote, () => withSpan("page", {}, async () => undefined));
    expect([...(await recorded()).keys()]).toEqual([]);
  });
});
