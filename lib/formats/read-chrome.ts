import {
  type Fields,
  fieldOf,
  hexId,
  isRecord,
  listOrEmpty,
  microsecondsToNs,
  textOrEmpty,
} from "@/lib/base/json-fields";
import { nanoseconds } from "@/lib/base/time";
import {
  bigintOf,
  fromExactAttributes,
  fromExactExtras,
  fromExactLink,
} from "@/lib/trace/content/exact-span";
import { type Attribute, type Span, type SpanEvent, spanKindOf, statusCodeOf } from "@/lib/trace/span";
import { argsToAttributes, exactArg, exactEventArg, resourceEvent, traceArg } from "./chrome-args";
import { readSlices, type TraceEvent } from "./chrome-slices";
import { type ReadTrace, Remarks } from "./read-trace";

/**
 * Chrome's trace events as spans, in both forms: a list of events, or an object with `traceEvents`.
 *
 * Events that our own writer made (spans-to-chrome-json.ts) come back as the spans that they were. Others become
 * spans by their nesting (chrome-slices.ts). Left out and counted: counters, flow arrows, samples, memory dumps and
 * objects, for which a span has no place; metadata names processes and threads.
 */
export function readChrome(json: unknown): ReadTrace {
  const remarks = new Remarks();
  const ours = new OwnEvents(json);
  const foreign: TraceEvent[] = [];
  for (const event of eventsOf(json)) {
    if (!isRecord(event) || typeof event.ph !== "string") remarks.add("entries were no trace events");
    else if (!ours.take(event)) foreign.push(event);
  }
  const others = readSlices(foreign, remarks);
  return { spans: [...ours.spans, ...others], remarks: remarks.list() };
}

/** Whether the JSON has the shape of trace events, judged by its outermost fields. */
export function isChrome(json: unknown): boolean {
  if (isRecord(json)) return Array.isArray(json.traceEvents);
  return Array.isArray(json) && json.some((event) => isRecord(event) && typeof event.ph === "string");
}

function eventsOf(json: unknown): readonly unknown[] {
  return isRecord(json) ? listOrEmpty(json.traceEvents) : listOrEmpty(json);
}

interface Resource {
  readonly serviceName: string;
  readonly resource: readonly Attribute[];
}

/** The events that our writer made. */
class OwnEvents {
  readonly spans: Span[] = [];
  readonly #startNs: bigint;
  readonly #resources = new Map<unknown, Resource>();
  readonly #traces = new Map<unknown, string>();
  /** The events of the span that was read last under an id: they are written right behind it. */
  readonly #eventsOf = new Map<string, SpanEvent[]>();

  constructor(json: unknown) {
    const other = isRecord(json) && isRecord(json.otherData) ? json.otherData : {};
    this.#startNs = bigintOf(fieldOf(other, "jiva.startNs")) ?? 0n;
  }

  /** False where the event is of another maker. */
  take(event: Fields): boolean {
    const args = isRecord(event.args) ? event.args : {};
    if (event.ph === "M") return this.#takeMetadata(event, args);
    const span = fieldOf(args, exactArg);
    if (event.ph === "X" && isRecord(span)) return this.#takeSpan(event, args, span);
    const instant = fieldOf(args, exactEventArg);
    return event.ph === "i" && isRecord(instant) && this.#takeInstant(event, args, instant);
  }

  #takeMetadata(event: Fields, args: Fields): boolean {
    if (event.name === resourceEvent) {
      const resource = fromExactAttributes(args.attributes);
      this.#resources.set(args.id, { serviceName: textOrEmpty(args.service), resource });
      return true;
    }
    const traceId = hexId(fieldOf(args, traceArg), 32);
    if (traceId !== undefined) this.#traces.set(event.pid, traceId);
    return traceId !== undefined;
  }

  #takeSpan(event: Fields, args: Fields, exact: Fields): boolean {
    const traceId = this.#traces.get(event.pid);
    const spanId = hexId(exact.id, 16);
    const startNs = this.#timeNs(exact.startNs, event.ts);
    const durationNs = bigintOf(exact.durationNs) ?? microsecondsToNs(event.dur ?? 0);
    if (!traceId || !spanId || startNs === undefined || durationNs === undefined) return false;
    const events: SpanEvent[] = [];
    this.#eventsOf.set(`${String(event.pid)} ${spanId}`, events);
    const [scopeName, scopeVersion] = listOrEmpty(exact.scope);
    this.spans.push({
      traceId,
      spanId,
      parentSpanId: hexId(exact.parent, 16) ?? "",
      traceState: textOrEmpty(exact.state),
      name: textOrEmpty(event.name),
      kind: spanKindOf(exact.kind),
      ...(this.#resources.get(exact.resource) ?? { serviceName: textOrEmpty(event.cat), resource: [] }),
      scopeName: textOrEmpty(scopeName),
      scopeVersion: textOrEmpty(scopeVersion),
      startNs: nanoseconds(startNs),
      durationNs: nanoseconds(durationNs < 0n ? 0n : durationNs),
      status: statusCodeOf(exact.status),
      statusMessage: textOrEmpty(exact.message),
      attributes: argsToAttributes(args, exact),
      events,
      links: listOrEmpty(exact.links).map(fromExactLink),
      ...fromExactExtras(exact.extras),
    });
    return true;
  }

  #takeInstant(event: Fields, args: Fields, exact: Fields): boolean {
    const events = this.#eventsOf.get(`${String(event.pid)} ${textOrEmpty(exact.of)}`);
    const timeNs = this.#timeNs(exact.timeNs, event.ts);
    if (!events || timeNs === undefined) return false;
    const dropped = exact.droppedAttributes;
    events.push({
      timeNs: nanoseconds(timeNs),
      name: textOrEmpty(event.name),
      attributes: argsToAttributes(args, exact),
      ...(typeof dropped === "number" && { droppedAttributes: dropped }),
    });
    return true;
  }

  #timeNs(exact: unknown, us: unknown): bigint | undefined {
    const sinceStart = microsecondsToNs(us);
    return bigintOf(exact) ?? (sinceStart === undefined ? undefined : this.#startNs + sinceStart);
  }
}
