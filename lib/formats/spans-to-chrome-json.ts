import { at, int32At, uint32At } from "@/lib/base/checked";
import { microsecondsToNs } from "@/lib/base/json-fields";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { indexSpans, writeSpanId } from "@/lib/trace/columns/span-ids";
import { toExactAttributes, toExactExtras, toExactLink } from "@/lib/trace/content/exact-span";
import { type Span, type SpanEvent, spanKinds, statusCodes } from "@/lib/trace/span";
import { attributesToArgs, exactArg, exactEventArg, resourceEvent, traceArg } from "./chrome-args";
import { chromeLanes } from "./chrome-lanes";

/**
 * Spans as Chrome's trace events, for Perfetto and chrome://tracing: a trace is a process, spans are complete
 * events (`X`) on lanes (chrome-lanes.ts), their events instants, times microseconds with three decimals since the
 * run's start. Spans that the columns do not know are left out, as in our other files.
 *
 * Trace events know neither ids nor parents, and JSON's types only. What they cannot hold goes into `args` as
 * `jiva.span` and `jiva.event`, so that our reader gives the same spans back.
 */
export async function* spansToChromeJson(
  columns: SpanColumns,
  batches: AsyncIterable<readonly Span[]>,
): AsyncGenerator<string> {
  const writer = new Writer(columns);
  yield `{"displayTimeUnit":"ms","otherData":{"jiva.startNs":"${columns.startNs}"},"traceEvents":[\n`;
  let isFirst = true;
  for await (const batch of batches) {
    const lines = batch.flatMap((span) => writer.spanToEvents(span));
    if (lines.length === 0) continue;
    yield `${isFirst ? "" : ",\n"}${lines.join(",\n")}`;
    isFirst = false;
  }
  yield "\n]}\n";
}

class Writer {
  readonly #lanes: Int32Array;
  readonly #find: (high: number, low: number, trace: number) => number;
  readonly #traces: ReadonlyMap<string, number>;
  readonly #words = new Uint32Array(2);
  readonly #resources = new Map<string, number>();
  /** What has been named already: processes (traces) and threads (lanes). */
  readonly #named = new Set<string>();

  constructor(private readonly columns: SpanColumns) {
    this.#lanes = chromeLanes(columns);
    this.#find = indexSpans(columns.spanIds, columns.trace);
    this.#traces = new Map(columns.traceIds.map((id, index) => [id, index]));
  }

  /** The span's event, its instants, and before them what it is the first to need; none where it is unknown. */
  spanToEvents(span: Span): string[] {
    const trace = this.#traces.get(span.traceId);
    if (trace === undefined || !writeSpanId(this.#words, 0, span.spanId)) return [];
    const index = this.#find(uint32At(this.#words, 0), uint32At(this.#words, 1), trace);
    if (index < 0) return [];
    const lane = int32At(this.#lanes, index);
    const lines = this.#nameLane(trace, lane);
    const resource = this.#resource(span, lines);
    const place = `"cat":${JSON.stringify(span.serviceName || "span")},"pid":${trace + 1},"tid":${lane + 1}`;
    lines.push(this.#spanToEvent(span, place, resource));
    for (const event of span.events) lines.push(this.#instant(event, span.spanId, place));
    return lines;
  }

  #spanToEvent(span: Span, place: string, resource: number): string {
    const start = toMicroseconds(span.startNs - this.columns.startNs);
    const duration = toMicroseconds(span.durationNs);
    const { members, exact } = attributesToArgs(span.attributes);
    const all = {
      id: span.spanId,
      parent: span.parentSpanId || undefined,
      kind: spanKinds.indexOf(span.kind),
      status: statusCodes.indexOf(span.status),
      message: span.statusMessage || undefined,
      state: span.traceState || undefined,
      scope: span.scopeName || span.scopeVersion ? [span.scopeName, span.scopeVersion] : undefined,
      resource,
      links: span.links.length > 0 ? span.links.map(toExactLink) : undefined,
      extras: toExactExtras(span),
      // 104 days after the start a double of microseconds has no nanoseconds left.
      startNs: start.isExact ? undefined : span.startNs.toString(),
      durationNs: duration.isExact ? undefined : span.durationNs.toString(),
      ...exact,
    };
    const args = [...members, `"${exactArg}":${JSON.stringify(all)}`];
    return `{"ph":"X","name":${JSON.stringify(span.name)},${place},"ts":${start.text},"dur":${duration.text},"args":{${args.join(",")}}}`;
  }

  #instant({ timeNs, name, attributes, droppedAttributes }: SpanEvent, of: string, place: string): string {
    const time = toMicroseconds(timeNs - this.columns.startNs);
    const { members, exact } = attributesToArgs(attributes);
    const all = { of, droppedAttributes, timeNs: time.isExact ? undefined : timeNs.toString(), ...exact };
    const args = [...members, `"${exactEventArg}":${JSON.stringify(all)}`];
    return `{"ph":"i","s":"t","name":${JSON.stringify(name)},${place},"ts":${time.text},"args":{${args.join(",")}}}`;
  }

  #nameLane(trace: number, lane: number): string[] {
    const lines: string[] = [];
    const name = (what: string, tid: number, args: Readonly<Record<string, unknown>>) => {
      if (this.#named.has(`${what} ${trace} ${tid}`)) return;
      this.#named.add(`${what} ${trace} ${tid}`);
      lines.push(JSON.stringify({ ph: "M", name: what, pid: trace + 1, tid, args }));
    };
    const traceId = at(this.columns.traceIds, trace);
    name("process_name", 0, { name: `trace ${traceId}`, [traceArg]: traceId });
    name("thread_name", lane + 1, { name: lane === 0 ? "spans" : `spans beside them, ${lane}` });
    name("thread_sort_index", lane + 1, { sort_index: lane });
    return lines;
  }

  #resource({ serviceName, resource }: Span, lines: string[]): number {
    const args = { service: serviceName, attributes: toExactAttributes(resource) };
    const key = JSON.stringify(args);
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const id = this.#resources.size;
    this.#resources.set(key, id);
    lines.push(JSON.stringify({ ph: "M", name: resourceEvent, pid: 1, tid: 0, args: { id, ...args } }));
    return id;
  }
}

/** Nanoseconds as JSON text of microseconds, and whether a double holds them all. */
function toMicroseconds(ns: bigint): { readonly text: string; readonly isExact: boolean } {
  const size = ns < 0n ? -ns : ns;
  const rest = size % 1_000n;
  const fraction = rest === 0n ? "" : `.${String(rest).padStart(3, "0").replace(/0+$/, "")}`;
  const text = `${ns < 0n ? "-" : ""}${size / 1_000n}${fraction}`;
  return { text, isExact: microsecondsToNs(fraction === "" ? text : Number(text)) === ns };
}
