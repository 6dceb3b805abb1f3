import { at } from "@/lib/base/checked";
import { type Fields, fieldOf, isRecord, microsecondsToNs, textOrEmpty } from "@/lib/base/json-fields";
import { nanoseconds } from "@/lib/base/time";
import { attributeNames } from "@/lib/trace/names";
import type { Attribute, Span, SpanEvent } from "@/lib/trace/span";
import { argsToAttributes } from "./chrome-args";
import type { Remarks } from "./read-trace";

/** A trace event: its fields as they came. */
export type TraceEvent = Fields;

/**
 * Spans from trace events without parents: on a thread, a slice nested in another is its child
 * (`B`/`E` and `X`); async slices (`b`/`e`, and the older `S`/`F`) nest by their id. Instants become events of the
 * slice around them, or spans without length. What overlaps without nesting has no parent. A slice without an end
 * lasts to the last moment of the file.
 *
 * Times are those of the file's own clock, which seldom counts from 1970. Ids are made: the same file has the same
 * ones each time.
 */
export function readSlices(events: readonly TraceEvent[], remarks: Remarks): Span[] {
  const names = new Names();
  const timed: TimedEvent[] = [];
  let firstNs: bigint | undefined;
  for (const event of events) {
    const ph = textOrEmpty(event.ph);
    if (ph === "M") {
      names.take(event);
      continue;
    }
    const what = uses.get(ph);
    if (what === undefined || typeof what === "string") {
      remarks.add(what ?? "events of an unknown phase were left out");
      continue;
    }
    const atNs = microsecondsToNs(event.ts);
    if (atNs === undefined) {
      remarks.add("events without a time were left out");
      continue;
    }
    if (firstNs === undefined || atNs < firstNs) firstNs = atNs;
    timed.push({ event, what, atNs, durationNs: microsecondsToNs(event.dur ?? 0) ?? 0n });
  }
  if (firstNs === undefined) return [];
  // A clock that counts from before its zero is moved: OpenTelemetry's times are not negative.
  const shiftNs = firstNs < 0n ? -firstNs : 0n;
  timed.sort(inOrder);
  return new SliceReader(names, shiftNs, traceIdOf(events), remarks).read(timed);
}

type Use = { readonly is: "slice" | "begin" | "end" | "instant"; readonly async: boolean };

const flow = "flow arrows were left out";
const sample = "samples were left out";
const object = "snapshots of objects were left out";
const dump = "memory dumps were left out";

/** What each phase is for: a part of a span, or why it is left out. */
const uses: ReadonlyMap<string, Use | string> = new Map<string, Use | string>([
  ["X", { is: "slice", async: false }],
  ["B", { is: "begin", async: false }],
  ["E", { is: "end", async: false }],
  ["i", { is: "instant", async: false }],
  ["I", { is: "instant", async: false }],
  ["R", { is: "instant", async: false }],
  ["b", { is: "begin", async: true }],
  ["e", { is: "end", async: true }],
  ["n", { is: "instant", async: true }],
  ["S", { is: "begin", async: true }],
  ["F", { is: "end", async: true }],
  ["T", { is: "instant", async: true }],
  ["p", { is: "instant", async: true }],
  ["C", "counter samples were left out"],
  ["s", flow],
  ["t", flow],
  ["f", flow],
  ["P", sample],
  ["N", object],
  ["O", object],
  ["D", object],
  ["v", dump],
  ["V", dump],
  ["c", "clock marks were left out"],
]);

interface TimedEvent {
  readonly event: TraceEvent;
  readonly what: Use;
  readonly atNs: bigint;
  readonly durationNs: bigint;
}

/** By time; at the same moment as in the file, but the longer of two complete slices first. */
function inOrder(a: TimedEvent, b: TimedEvent): number {
  if (a.atNs !== b.atNs) return a.atNs < b.atNs ? -1 : 1;
  if (a.what.is !== "slice" || b.what.is !== "slice" || a.durationNs === b.durationNs) return 0;
  return a.durationNs > b.durationNs ? -1 : 1;
}

interface Open {
  readonly span: number;
  /** Undefined while its end has not come. */
  readonly endNs: bigint | undefined;
}

type Draft = { -readonly [K in keyof Span]: Span[K] } & { attributes: Attribute[]; events: SpanEvent[] };

class SliceReader {
  readonly #spans: Draft[] = [];
  readonly #stacks = new Map<string, Open[]>();
  #lastNs = 0n;

  constructor(
    private readonly names: Names,
    private readonly shiftNs: bigint,
    private readonly traceId: string,
    private readonly remarks: Remarks,
  ) {}

  read(timed: readonly TimedEvent[]): Span[] {
    for (const item of timed) {
      const endNs = item.atNs + (item.what.is === "slice" && item.durationNs > 0n ? item.durationNs : 0n);
      if (endNs > this.#lastNs) this.#lastNs = endNs;
      this.#take(item, this.#stackOf(item), endNs);
    }
    for (const stack of this.#stacks.values()) {
      for (const { span, endNs } of stack) if (endNs === undefined) this.#leaveOpen(span);
    }
    return this.#spans;
  }

  #take({ event, what, atNs, durationNs }: TimedEvent, stack: Open[], endNs: bigint): void {
    if (what.is === "end") {
      this.#end(event, stack, atNs);
      return;
    }
    // What has ended holds nothing more, and of what overlaps the one that ends later goes on.
    for (let top = stack.at(-1); top?.endNs !== undefined; top = stack.at(-1)) {
      if (top.endNs > atNs && top.endNs >= endNs) break;
      stack.pop();
    }
    const parent = stack.at(-1);
    if (what.is === "instant" && parent && textOrEmpty(event.s || "t") === "t") {
      at(this.#spans, parent.span).events.push({
        timeNs: nanoseconds(atNs + this.shiftNs),
        name: textOrEmpty(event.name),
        attributes: argsToAttributes(event.args, {}),
      });
      return;
    }
    const span = this.#begin(event, what, atNs, parent);
    if (what.is === "begin") stack.push({ span, endNs: undefined });
    else if (what.is === "slice") {
      this.#close(span, durationNs);
      stack.push({ span, endNs });
    }
  }

  #begin(event: TraceEvent, what: Use, atNs: bigint, parent: Open | undefined): number {
    const attributes = argsToAttributes(event.args, {});
    const keys = new Set(attributes.map(({ key }) => key));
    const add = (key: string, value: unknown) => {
      if (value === undefined || value === "" || keys.has(key)) return;
      const isInt = typeof value === "number" && Number.isSafeInteger(value);
      attributes.push({ key, type: isInt ? "int" : "string", value: String(value) });
    };
    add("trace_event.category", textOrEmpty(event.cat));
    if (what.async) add("trace_event.id", asyncId(event));
    else add("thread.id", plain(event.tid));
    if (!what.async) add("thread.name", this.names.threadOf(event));
    const index = this.#spans.length;
    this.#spans.push({
      traceId: this.traceId,
      spanId: (index + 1).toString(16).padStart(16, "0"),
      parentSpanId: parent ? at(this.#spans, parent.span).spanId : "",
      traceState: "",
      name: textOrEmpty(event.name),
      kind: "Internal",
      ...this.names.processOf(event),
      scopeName: "",
      scopeVersion: "",
      startNs: nanoseconds(atNs + this.shiftNs),
      durationNs: nanoseconds(0n),
      status: "Unset",
      statusMessage: "",
      attributes,
      events: [],
      links: [],
    });
    return index;
  }

  /** Ends the innermost slice that still waits for an end, and what was left inside it. */
  #end(event: TraceEvent, stack: Open[], atNs: bigint): void {
    const innermost = stack.findLastIndex(({ endNs }) => endNs === undefined);
    if (innermost < 0) {
      this.remarks.add("ends without a beginning were left out");
      return;
    }
    const open = at(stack, innermost);
    const span = at(this.#spans, open.span);
    stack.length = innermost;
    this.#close(open.span, atNs + this.shiftNs - span.startNs);
    const keys = new Set(span.attributes.map(({ key }) => key));
    span.attributes.push(...argsToAttributes(event.args, {}).filter(({ key }) => !keys.has(key)));
  }

  #close(index: number, durationNs: bigint): void {
    const span = at(this.#spans, index);
    if (durationNs < 0n)
      span.attributes.push({ key: attributeNames.endBeforeStart, type: "bool", value: "true" });
    span.durationNs = nanoseconds(durationNs < 0n ? 0n : durationNs);
  }

  #leaveOpen(index: number): void {
    const span = at(this.#spans, index);
    this.#close(index, this.#lastNs + this.shiftNs - span.startNs);
    this.remarks.add("slices had no end and last to the end of the file");
  }

  #stackOf({ event, what }: TimedEvent): Open[] {
    const key = what.async
      ? `${textOrEmpty(event.cat)}\n${textOrEmpty(event.scope)}\n${asyncId(event)}`
      : `\n${String(plain(event.pid))}\n${String(plain(event.tid))}`;
    let stack = this.#stacks.get(key);
    if (!stack) {
      stack = [];
      this.#stacks.set(key, stack);
    }
    return stack;
  }
}

/** The id that holds an async slice together; a local one is so in its process only. */
function asyncId(event: TraceEvent): string {
  const id2 = isRecord(event.id2) ? event.id2 : {};
  if (id2.local !== undefined) return `${String(plain(event.pid))}:${String(plain(id2.local))}`;
  return String(plain(id2.global ?? event.id) ?? "");
}

/** Ids of processes and threads are numbers or texts. */
function plain(value: unknown): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

/** What metadata says of processes and threads. */
class Names {
  readonly #processes = new Map<unknown, string>();
  readonly #threads = new Map<string, string>();

  take(event: TraceEvent): void {
    const name = isRecord(event.args) ? textOrEmpty(fieldOf(event.args, "name")) : "";
    if (name === "") return;
    if (event.name === "process_name") this.#processes.set(plain(event.pid), name);
    if (event.name === "thread_name") this.#threads.set(threadKey(event), name);
  }

  processOf({ pid }: TraceEvent): Pick<Span, "serviceName" | "resource"> {
    const id = plain(pid);
    const serviceName = this.#processes.get(id) ?? (id === undefined ? "trace" : `process ${id}`);
    const resource: Attribute[] = [{ key: "service.name", type: "string", value: serviceName }];
    if (id !== undefined) {
      const isInt = typeof id === "number" && Number.isSafeInteger(id);
      resource.push({ key: "process.pid", type: isInt ? "int" : "string", value: String(id) });
    }
    return { serviceName, resource };
  }

  threadOf(event: TraceEvent): string {
    return this.#threads.get(threadKey(event)) ?? "";
  }
}

function threadKey({ pid, tid }: TraceEvent): string {
  return `${String(plain(pid))}\n${String(plain(tid))}`;
}

/** A trace id from what the first events say, so that two files do not share one. FNV-1a, four times over. */
function traceIdOf(events: readonly TraceEvent[]): string {
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b1, 0x85ebca77];
  for (const event of events.slice(0, 200)) {
    const text = `${textOrEmpty(event.name)} ${String(plain(event.ts))} ${String(plain(event.pid))}`;
    for (let at = 0; at < text.length; at++) {
      for (const [i, word] of words.entries())
        words[i] = Math.imul(word ^ text.charCodeAt(at), 0x01000193 + 2 * i);
    }
  }
  return words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
