import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { columnsToRunSpans } from "@/lib/trace/columns/plain-span-columns";
import { workKinds } from "@/lib/trace/names";
import type { Span } from "@/lib/trace/span";
import { findRun } from "../runs/runs";
import { migrate } from "../schema/migrate";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "../testing/spans";
import { insertSpans } from "./insert-spans";
import { readRunSpans } from "./run-spans";
import { readSpan, readSpans } from "./whole-spans";

let database: TestDatabase;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());

const t0 = 1_767_225_600_123_456_789n;

async function columnsOf(runId: string) {
  const run = await findRun(database, runId);
  if (!run) throw new Error(`no run ${runId}`);
  return columnsToRunSpans(await readRunSpans(database, run));
}

async function spansOf(runId: string): Promise<Span[]> {
  const run = await findRun(database, runId);
  const spans: Span[] = [];
  if (run) for await (const batch of readSpans(database, run)) spans.push(...batch);
  return spans;
}

/** One span with every field filled, and texts that try to be something else. */
const rich: Span = makeSpan({
  traceId: traceIdOf(0x100),
  spanId: "fedcba9876543210",
  parentSpanId: "0123456789abcdef",
  traceState: "a=1,b=2",
  name: "SELECT ünï '\"\\\n",
  kind: "Client",
  serviceName: "shöp",
  scopeName: "scope",
  scopeVersion: "1.2",
  startNs: nanoseconds(t0),
  durationNs: nanoseconds(9_007_199_254_740_993n),
  status: "Error",
  statusMessage: "it's\tbroken",
  attributes: [
    { key: "10", value: "ten", type: "string" },
    { key: "__proto__", value: "x", type: "string" },
    { key: "big", value: "9223372036854775807", type: "int" },
    { key: "db.system.name", value: "clickhouse", type: "string" },
    { key: "half", value: "0.5", type: "double" },
    { key: "list", value: '["a",1]', type: "array" },
    { key: "run_id", value: "rich", type: "string" },
    { key: "yes", value: "true", type: "bool" },
  ],
  resource: [
    { key: "pid", value: "7", type: "int" },
    { key: "service.name", value: "shöp", type: "string" },
  ],
  events: [
    { timeNs: nanoseconds(t0 + 1n), name: "exception", attributes: [text("exception.message", "a\0b")] },
  ],
  links: [
    { traceId: traceIdOf(7), spanId: spanIdOf(8), traceState: "x=y", attributes: [text("why", "because")] },
  ],
});

const sorted = (span: Span): Span => ({
  ...span,
  attributes: [...span.attributes].sort((a, b) => (a.key < b.key ? -1 : 1)),
  resource: [...span.resource].sort((a, b) => (a.key < b.key ? -1 : 1)),
});

describe("whole spans", () => {
  it("come back as they went in", async () => {
    await insertSpans(database, [rich]);
    const run = await findRun(database, "rich");
    if (!run) throw new Error("no run");
    const span = await readSpan(database, run, { spanId: "FEDCBA9876543210" });
    expect(span && sorted(span)).toEqual(sorted(rich));
    expect((await spansOf("rich")).map(sorted)).toEqual([sorted(rich)]);
    expect(await readSpan(database, run, { spanId: spanIdOf(1) })).toBeUndefined();
    expect(await readSpan(database, run, { spanId: "' OR 1=1 --" })).toBeUndefined();
  });

  it("that a Collector wrote come as text, beside our own of the same trace with their types", async () => {
    await database.traces.command({
      query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind,
          ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode,
          StatusMessage, Events.Timestamp, Events.Name, Events.Attributes, Links.TraceId, Links.SpanId,
          Links.TraceState, Links.Attributes)
        VALUES ('2026-01-01 00:00:00', 'mixed', '${spanIdOf(1)}', '', '', 'ask', 'Server', 'shop',
          map('process.pid', '7'), 'lib', '1', map('count', '5', 'ok', 'true', 'run_id', 'mixed'), 1000, 'Ok', '',
          ['2026-01-01 00:00:00.5'], ['seen'], [map('n', '1')], ['t'], ['s'], [''], [map('m', '2')])`,
    });
    await insertSpans(database, [
      makeSpan({
        traceId: "mixed",
        spanId: spanIdOf(2),
        startNs: nanoseconds(1_767_225_600_000_000_001n),
        attributes: [{ key: "count", value: "5", type: "int" }],
      }),
    ]);
    const [collected, ours] = await spansOf("mixed");
    expect(collected).toMatchObject({ kind: "Server", status: "Ok", resource: [text("process.pid", "7")] });
    expect(collected?.attributes).toEqual([text("count", "5"), text("ok", "true"), text("run_id", "mixed")]);
    expect(collected?.events.map(({ attributes }) => attributes)).toEqual([[text("n", "1")]]);
    expect(collected?.links.map(({ attributes }) => attributes)).toEqual([[text("m", "2")]]);
    expect(ours?.attributes).toEqual([{ key: "count", value: "5", type: "int" }]);
  });

  it("come in batches, in order, each once", async () => {
    const spans = Array.from({ length: 20_000 }, (_, i) =>
      makeSpan({
        traceId: traceIdOf(0x200),
        spanId: spanIdOf(i + 1),
        startNs: nanoseconds(t0 + BigInt(i)),
        attributes: [text("run_id", "many"), text("filler", "x".repeat(100))],
      }),
    );
    await insertSpans(database, spans);
    await insertSpans(database, spans.slice(0, 5_000));
    const run = await findRun(database, "many");
    if (!run) throw new Error("no run");
    const ids: string[] = [];
    let batches = 0;
    for await (const batch of readSpans(database, run)) {
      batches++;
      ids.push(...batch.map(({ spanId }) => spanId));
    }
    expect(ids).toEqual(spans.map(({ spanId }) => spanId));
    expect(batches).toBeGreaterThan(1);
    // Leaving early gives the connection back: the next query is answered.
    for await (const _ of readSpans(database, run)) break;
    expect(await findRun(database, "many")).toBeDefined();
  });
});

describe("readRunSpans", () => {
  it("gives what the timeline draws, in order of start", async () => {
    await insertSpans(database, [
      makeSpan({
        traceId: traceIdOf(1),
        spanId: spanIdOf(2),
        parentSpanId: spanIdOf(1),
        name: "db",
        kind: "Client",
        status: "Error",
        startNs: nanoseconds(t0 + 5n),
        durationNs: nanoseconds(7n),
        attributes: [text("db.system", "x")],
      }),
      makeSpan({
        traceId: traceIdOf(1),
        spanId: "ffffffff00000001",
        name: "ask",
        serviceName: "jiva",
        startNs: nanoseconds(t0),
        durationNs: nanoseconds(100n),
        attributes: [text("run_id", "plain")],
      }),
    ]);
    expect(await columnsOf("plain")).toEqual({
      run_id: "plain",
      start_ns: t0.toString(),
      total: 2,
      left_out: 0,
      trace_ids: [traceIdOf(1)],
      names: ["ask", "db"],
      services: ["jiva", "shop"],
      span_id: ["ffffffff00000001", spanIdOf(2)],
      parent_id: ["", spanIdOf(1)],
      trace: [0, 0],
      name: [0, 1],
      service: [0, 1],
      kind: [1, 3],
      work: [workKinds.indexOf("other"), workKinds.indexOf("database")],
      status: [0, 2],
      start_offset_ns: [0, 5],
      duration_ns: [100, 7],
    });
  });

  it("counts a span once in its trace, and keeps equal ids of two traces apart", async () => {
    const span = (trace: number, id: number, ns: bigint) =>
      makeSpan({
        traceId: traceIdOf(trace),
        spanId: spanIdOf(id),
        startNs: nanoseconds(t0 + ns),
        attributes: [text("run_id", "twice")],
      });
    await insertSpans(database, [span(10, 1, 0n), span(10, 1, 0n), span(11, 1, 3n)]);
    await insertSpans(database, [span(10, 1, 0n), span(10, 2, 9n)]);
    expect(await columnsOf("twice")).toMatchObject({
      total: 3,
      trace_ids: [traceIdOf(10), traceIdOf(11)],
      span_id: [spanIdOf(1), spanIdOf(1), spanIdOf(2)],
      trace: [0, 1, 0],
      start_offset_ns: [0, 3, 9],
    });
  });

  it("takes a duration of 2^63 and more for none, and marks the whole span", async () => {
    await database.traces.command({
      query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, Duration, SpanKind, StatusCode)
              VALUES ('2026-01-01 00:00:00', 'odd', '00000000000000aa', 18446744073709551615, 'Weird', '')`,
    });
    // No length: the mark of an end before the start.
    expect(await columnsOf("odd")).toMatchObject({ duration_ns: [-1], kind: [0], status: [0] });
    const [span] = await spansOf("odd");
    expect(span).toMatchObject({ durationNs: 0n, kind: "Unspecified", status: "Unset" });
    expect(span?.attributes).toEqual([{ key: "jiva.end_before_start", value: "true", type: "bool" }]);
  });

  it("marks spans without an end, as a Collector and as the receiver store them", async () => {
    const startNs = 1_767_225_600_000_000_000n;
    await database.traces.command({
      query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, Duration)
              VALUES ('2026-01-01 00:00:00', 'open', '00000000000000aa', ${2n ** 64n - startNs})`,
    });
    const open = (id: number, key: string) =>
      makeSpan({
        traceId: "open",
        spanId: spanIdOf(id),
        startNs: nanoseconds(startNs + BigInt(id)),
        durationNs: nanoseconds(0n),
        attributes: [text(key, "there was no end")],
      });
    await insertSpans(database, [
      open(1, "jiva.time_error"),
      open(2, "jiva.end_before_start"),
      open(3, "other"),
    ]);
    expect(await columnsOf("open")).toMatchObject({ duration_ns: [-2, -2, -1, 0] });
  });

  it("shows ids that are no 16 digits by digits that stand for them, linked, found and opened", async () => {
    const odd = ["", "root", "z".repeat(16), "é é/?#%", "0".repeat(16), "AB".repeat(8)];
    const spans = odd.map((spanId, i) =>
      makeSpan({
        traceId: "odd ids",
        spanId,
        parentSpanId: i < 2 ? "" : "root",
        startNs: nanoseconds(t0 + BigInt(i)),
        name: `span ${i}`,
        attributes: [text("run_id", "odd-ids")],
      }),
    );
    await insertSpans(database, [...spans, ...spans]);
    const run = await findRun(database, "odd-ids");
    if (!run) throw new Error("no run");
    const columns = await readRunSpans(database, run);
    expect([...columns.parent]).toEqual([-1, -1, 1, 1, 1, 1]);
    const { span_id } = columnsToRunSpans(columns);
    expect(new Set(span_id).size).toBe(odd.length);
    for (const [i, id] of span_id.entries()) {
      expect(id).toMatch(/^[0-9a-f]{16}$/);
      for (const spanId of [id, ...(odd[i] === "" ? [] : [odd[i] ?? ""])]) {
        expect(await readSpan(database, run, { spanId })).toMatchObject({ name: `span ${i}`, spanId: id });
      }
    }
    expect((await spansOf("odd-ids")).map(({ spanId, parentSpanId }) => [spanId, parentSpanId])).toEqual(
      span_id.map((id, i) => [id, i < 2 ? "" : span_id[1]]),
    );
  });

  it("opens the span of the trace that is meant, where two traces of a run share an id", async () => {
    const span = (trace: number) =>
      makeSpan({
        traceId: traceIdOf(trace),
        spanId: spanIdOf(1),
        startNs: nanoseconds(t0 + BigInt(trace)),
        name: `of ${trace}`,
        attributes: [text("run_id", "shared")],
      });
    await insertSpans(database, [span(0x301), span(0x302)]);
    const run = await findRun(database, "shared");
    if (!run) throw new Error("no run");
    const nameIn = async (traceId?: string) =>
      (await readSpan(database, run, { spanId: spanIdOf(1), ...(traceId !== undefined && { traceId }) }))
        ?.name;
    expect(await nameIn(traceIdOf(0x301))).toBe("of 769");
    expect(await nameIn(traceIdOf(0x302).toUpperCase())).toBe("of 770");
    expect(await nameIn()).toBe("of 769");
    expect(await nameIn(traceIdOf(0x303))).toBeUndefined();
  });

  it("reads runs of more traces than can be bound, and names longer than a byte can count", async () => {
    const spans = Array.from({ length: 450 }, (_, i) =>
      makeSpan({
        traceId: traceIdOf(0x1000 + i),
        spanId: spanIdOf(i + 1),
        name: `n${i} ${"é".repeat(400)}`,
        startNs: nanoseconds(t0 + BigInt(i)),
        attributes: [text("run_id", "wide")],
      }),
    );
    await insertSpans(database, spans);
    const columns = await columnsOf("wide");
    expect(columns.trace_ids).toHaveLength(450);
    expect(columns.trace).toEqual(spans.map((_, i) => i));
    expect(columns.names[449]).toBe(`n449 ${"é".repeat(400)}`.slice(0, 300));
    expect(await spansOf("wide")).toHaveLength(450);
  });
});
