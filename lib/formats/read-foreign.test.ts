import { describe, expect, it } from "vitest";
import type { Span } from "@/lib/trace/span";
import { readChrome } from "./read-chrome";
import { readJaeger } from "./read-jaeger";

/** Each span as `parent > name at+duration`, in microseconds. */
function outline(spans: readonly Span[]): string[] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId, startNs, durationNs }) => {
    const parent = parentSpanId === "" ? "-" : (names.get(parentSpanId) ?? "?");
    return `${parent} > ${name} ${startNs / 1_000n}+${durationNs / 1_000n}`;
  });
}

const place = { pid: 1, tid: 1 };

describe("Chrome's events", () => {
  it("nest by time on a thread, complete or begun and ended, the longer first", () => {
    const { spans, remarks } = readChrome([
      { ph: "X", name: "inner", ts: 10, dur: 5, ...place },
      { ph: "X", name: "outer", ts: 10, dur: 50, ...place },
      { ph: "B", name: "begun", ts: 20, ...place, args: { a: 1 } },
      { ph: "X", name: "in begun", ts: 21, dur: 3, ...place },
      { ph: "E", ts: 30, ...place, args: { b: 2.5 } },
      { ph: "X", name: "next", ts: 15, dur: 5, ...place },
      { ph: "X", name: "elsewhere", ts: 20, dur: 5, pid: 1, tid: 2 },
    ]);
    expect(outline(spans)).toEqual([
      "- > outer 10+50",
      "outer > inner 10+5",
      "outer > next 15+5",
      "outer > begun 20+10",
      "- > elsewhere 20+5",
      "begun > in begun 21+3",
    ]);
    expect(spans[3]?.attributes.slice(0, 2)).toEqual([
      { key: "a", type: "int", value: "1" },
      { key: "thread.id", type: "int", value: "1" },
    ]);
    expect(spans[3]?.attributes.at(-1)).toEqual({ key: "b", type: "double", value: "2.5" });
    expect(remarks).toEqual([]);
  });

  it("that overlap without nesting have no parent in each other", () => {
    const { spans } = readChrome([
      { ph: "X", name: "first", ts: 0, dur: 10, ...place },
      { ph: "X", name: "second", ts: 5, dur: 10, ...place },
      { ph: "X", name: "third", ts: 15, dur: 1, ...place },
    ]);
    expect(outline(spans)).toEqual(["- > first 0+10", "- > second 5+10", "- > third 15+1"]);
  });

  it("that are async nest by their id, whatever the thread", () => {
    const { spans, remarks } = readChrome({
      traceEvents: [
        { ph: "b", cat: "net", id: "0x1", name: "request", ts: 0, ...place },
        { ph: "b", cat: "net", id: "0x2", name: "other", ts: 1, ...place },
        { ph: "b", cat: "net", id: "0x1", name: "dns", ts: 2, pid: 1, tid: 9 },
        { ph: "n", cat: "net", id: "0x1", name: "sent", ts: 3, ...place },
        { ph: "e", cat: "net", id: "0x1", name: "dns", ts: 4, ...place },
        { ph: "e", cat: "net", id: "0x1", name: "request", ts: 9, ...place },
        { ph: "b", cat: "net", id2: { local: "0x1" }, name: "local", ts: 5, ...place },
      ],
    });
    expect(outline(spans)).toEqual([
      "- > request 0+9",
      "- > other 1+8",
      "request > dns 2+2",
      "- > local 5+4",
    ]);
    expect(spans[2]?.events).toMatchObject([{ name: "sent" }]);
    expect(remarks).toEqual([{ count: 2, what: "slices had no end and last to the end of the file" }]);
  });

  it("take names from metadata, hang instants on their slice, and count what has no place", () => {
    const { spans, remarks } = readChrome([
      { ph: "M", name: "process_name", pid: 1, args: { name: "browser" } },
      { ph: "M", name: "thread_name", ...place, args: { name: "main" } },
      { ph: "X", name: "task", cat: "loop", ts: 0.25, dur: 2, ...place },
      { ph: "i", name: "paint", ts: 1, s: "t", ...place },
      { ph: "i", name: "reload", ts: 1, s: "g", ...place },
      { ph: "C", name: "heap", ts: 1, ...place },
      { ph: "C", name: "heap", ts: 2, ...place },
      { ph: "s", id: 1, ts: 1, ...place },
      { ph: "E", ts: 50, ...place },
      { ph: "?", ts: 1 },
      { ph: "X", name: "never" },
      5,
    ]);
    expect(spans).toMatchObject([
      {
        name: "task",
        serviceName: "browser",
        startNs: 250n,
        events: [{ name: "paint", timeNs: 1_000n }],
        attributes: [
          { key: "trace_event.category", value: "loop" },
          { key: "thread.id", value: "1" },
          { key: "thread.name", value: "main" },
        ],
      },
      { name: "reload", durationNs: 0n },
    ]);
    expect(remarks).toEqual([
      { count: 2, what: "counter samples were left out" },
      { count: 1, what: "ends without a beginning were left out" },
      { count: 1, what: "entries were no trace events" },
      { count: 1, what: "events of an unknown phase were left out" },
      { count: 1, what: "events without a time were left out" },
      { count: 1, what: "flow arrows were left out" },
    ]);
  });

  it("keep whole microseconds of any size and clocks before zero", () => {
    const [late] = readChrome([{ ph: "X", name: "a", ts: "1767225600000001", dur: 1 }]).spans;
    expect(late?.startNs).toBe(1_767_225_600_000_001_000n);
    const early = readChrome([
      { ph: "X", name: "a", ts: -5, dur: 1 },
      { ph: "X", name: "b", ts: 5, dur: 1 },
    ]).spans;
    expect(early.map(({ startNs }) => startNs)).toEqual([0n, 10_000n]);
  });

  it("of 100,000 that overlap in turn take no longer than their sorting", () => {
    const events = Array.from({ length: 100_000 }, (_, i) => ({
      ph: "X",
      name: "n",
      ts: i,
      dur: 1_000,
      ...place,
    }));
    expect(readChrome(events).spans).toHaveLength(100_000);
  });
});

describe("Jaeger's spans", () => {
  const process = { serviceName: "shop", tags: [{ key: "host", type: "string", value: "h" }] };
  const span = (fields: object) => ({
    traceID: "1f",
    spanID: "a",
    operationName: "op",
    startTime: 5,
    duration: 7,
    processID: "p1",
    ...fields,
  });
  const read = (...spans: object[]) =>
    readJaeger({ data: [{ traceID: "1f", spans, processes: { p1: process } }] });

  it("have ids of any length, a service with its resource, and tags that stand for fields", () => {
    const tag = (key: string, type: string, value: unknown) => ({ key, type, value });
    const { spans } = read(
      span({
        tags: [
          tag("span.kind", "string", "client"),
          tag("error", "bool", true),
          tag("otel.status_description", "string", "gone"),
          tag("otel.library.name", "string", "lib"),
          tag("rows", "int64", 12),
          tag("big", "int64", "9007199254740993"),
          tag("share", "float64", 3),
        ],
        logs: [{ timestamp: 6, fields: [tag("event", "string", "retry"), tag("n", "int64", 1)] }],
        warnings: ["clock skew"],
      }),
    );
    expect(spans).toEqual([
      {
        traceId: `${"0".repeat(30)}1f`,
        spanId: `${"0".repeat(15)}a`,
        parentSpanId: "",
        traceState: "",
        name: "op",
        kind: "Client",
        serviceName: "shop",
        scopeName: "lib",
        scopeVersion: "",
        startNs: 5_000n,
        durationNs: 7_000n,
        status: "Error",
        statusMessage: "gone",
        attributes: [
          { key: "rows", type: "int", value: "12" },
          { key: "big", type: "int", value: "9007199254740993" },
          { key: "share", type: "double", value: "3" },
          { key: "@jaeger@warnings", type: "array", value: '["clock skew"]' },
        ],
        resource: [
          { key: "service.name", type: "string", value: "shop" },
          { key: "host", type: "string", value: "h" },
        ],
        events: [{ timeNs: 6_000n, name: "retry", attributes: [{ key: "n", type: "int", value: "1" }] }],
        links: [],
      },
    ]);
  });

  it("have the parent that Jaeger takes: the first child-of in the trace, or else the first follows-from", () => {
    const reference = (refType: string, spanID: string, traceID = "1f") => ({ refType, traceID, spanID });
    const { spans } = read(
      span({ spanID: "1", references: [reference("FOLLOWS_FROM", "8"), reference("CHILD_OF", "9")] }),
      span({ spanID: "2", references: [reference("FOLLOWS_FROM", "8")] }),
      span({ spanID: "3", references: [reference("CHILD_OF", "9", "2f")] }),
    );
    const id = (end: string) => end.padStart(16, "0");
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([id("9"), id("8"), ""]);
    expect(spans.map(({ links }) => links.map(({ spanId }) => spanId))).toEqual([[id("8")], [], [id("9")]]);
  });

  it("without ids or times are counted, the others stay", () => {
    const { spans, remarks } = read(span({ spanID: "xyz" }), span({ startTime: null }), span({}));
    expect(spans).toHaveLength(1);
    expect(remarks).toEqual([
      { count: 1, what: "spans had ids that are not hexadecimal" },
      { count: 1, what: "spans had no start or duration" },
    ]);
  });
});
