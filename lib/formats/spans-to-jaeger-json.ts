import { at } from "@/lib/base/checked";
import {
  sameAttributes,
  toExactAttributes,
  toExactEvent,
  toExactExtras,
  toExactLink,
} from "@/lib/trace/content/exact-span";
import { attributeTypes, type Span, type SpanEvent, type SpanLink } from "@/lib/trace/span";
import { attributeToTag, liftedTags, tagJson, tagNames, textTag } from "./jaeger-tags";
import { linkToReference, logToEvent } from "./read-jaeger";

/**
 * Spans as Jaeger's JSON, the form of its API and of its downloads: one entry of `data` for each trace, so the
 * spans of a trace should come together. Opens in Jaeger's page for files.
 *
 * Jaeger counts in microseconds and knows five types of tags, no state of links and none of OTLP's counts of what
 * was dropped. What it cannot hold of a span goes into one more tag, `jiva.span`, so that our reader gives the
 * same span back; the tag is left out where there is nothing to keep.
 */
export async function* spansToJaegerJson(batches: AsyncIterable<readonly Span[]>): AsyncGenerator<string> {
  yield '{"data":[';
  let processes: Processes | undefined;
  let traceId = "";
  for await (const batch of batches) {
    const pieces: string[] = [];
    for (const span of batch) {
      if (!processes || span.traceId !== traceId) {
        if (processes) pieces.push(processes.end(), ",");
        processes = new Processes();
        traceId = span.traceId;
        pieces.push(`{"traceID":${JSON.stringify(traceId)},"spans":[\n`);
      } else pieces.push(",\n");
      pieces.push(spanToJson(span, processes.idOf(span)));
    }
    yield pieces.join("");
  }
  yield `${processes ? processes.end() : ""}],"total":0,"limit":0,"offset":0,"errors":null}\n`;
}

/** The processes of one trace: a service with its resource, written behind the spans that name it. */
class Processes {
  readonly #known = new Map<string, string>();

  idOf(span: Span): string {
    const process = processToJson(span);
    const known = this.#known.get(process);
    if (known !== undefined) return known;
    const id = `p${this.#known.size + 1}`;
    this.#known.set(process, id);
    return id;
  }

  end(): string {
    const entries = [...this.#known].map(([process, id]) => `"${id}":${process}`);
    return `],"processes":{${entries.join(",")}},"warnings":null}`;
  }
}

/** Jaeger keeps the service's name apart from the other tags. */
function processToJson({ serviceName, resource }: Span): string {
  const [first, ...rest] = resource;
  const isUsual =
    first?.key === "service.name" &&
    first.type === "string" &&
    first.value === serviceName &&
    serviceName !== "" &&
    rest.every(({ key }) => !liftedTags.has(key) && key !== "service.name");
  const tags = (isUsual ? rest : resource).map(attributeToTag);
  const json = tags.map(({ json }) => json);
  if (!isUsual || tags.some(({ exact }) => exact !== undefined)) {
    json.push(textTag(tagNames.exactProcess, JSON.stringify(toExactAttributes(resource))));
  }
  return `{"serviceName":${JSON.stringify(serviceName)},"tags":[${json.join(",")}]}`;
}

function spanToJson(span: Span, processId: string): string {
  const [startUs, startRest] = toMicroseconds(span.startNs);
  const [durationUs, durationRest] = toMicroseconds(span.durationNs);
  const references = span.links.map((link) => referenceJson("FOLLOWS_FROM", link.traceId, link.spanId));
  if (span.parentSpanId !== "") {
    references.unshift(referenceJson("CHILD_OF", span.traceId, span.parentSpanId));
  }
  const tags = span.attributes.map(attributeToTag);
  const logs = span.events.map(eventToLog);
  const exact: Record<string, unknown> = {};
  if (startRest !== 0 || durationRest !== 0) exact.ns = [startRest, durationRest];
  const types = tags.flatMap(({ exact: type }, i) =>
    type === undefined ? [] : [[i, attributeTypes.indexOf(type)]],
  );
  if (types.length > 0) exact.types = types;
  if (span.attributes.some(({ key }) => liftedTags.has(key))) exact.own = tags.length;
  if (span.parentSpanId === "" && span.links.some(({ traceId }) => traceId === span.traceId))
    exact.root = true;
  if (!span.links.every(isPlainLink)) exact.links = span.links.map(toExactLink);
  const eventRests = span.events.map(({ timeNs }) => toMicroseconds(timeNs)[1]);
  if (eventRests.some((rest) => rest !== 0)) exact.eventNs = eventRests;
  if (!span.events.every((event, i) => comesBack(event, at(logs, i))))
    exact.events = span.events.map(toExactEvent);
  const extras = toExactExtras(span);
  if (extras) exact.extras = extras;
  const fieldTags = fieldsToTags(span);
  if (Object.keys(exact).length > 0) fieldTags.push(textTag(tagNames.exact, JSON.stringify(exact)));
  return [
    `{"traceID":${JSON.stringify(span.traceId)},"spanID":${JSON.stringify(span.spanId)}`,
    `"operationName":${JSON.stringify(span.name)},"references":[${references.join(",")}]`,
    `"startTime":${startUs},"duration":${durationUs}`,
    `"tags":[${[...tags.map(({ json }) => json), ...fieldTags].join(",")}]`,
    `"logs":[${logs.join(",")}],"processID":"${processId}","warnings":null}`,
  ].join(",");
}

/** The tags that stand for fields of the span. */
function fieldsToTags(span: Span): string[] {
  const tags: string[] = [];
  if (span.kind !== "Unspecified") tags.push(textTag(tagNames.kind, span.kind.toLowerCase()));
  if (span.status !== "Unset") tags.push(textTag(tagNames.status, span.status.toUpperCase()));
  if (span.status === "Error") tags.push(tagJson(tagNames.error, "bool", "true"));
  if (span.statusMessage !== "") tags.push(textTag(tagNames.statusMessage, span.statusMessage));
  if (span.traceState !== "") tags.push(textTag(tagNames.traceState, span.traceState));
  if (span.scopeName !== "") tags.push(textTag(tagNames.scopeName, span.scopeName));
  if (span.scopeVersion !== "") tags.push(textTag(tagNames.scopeVersion, span.scopeVersion));
  return tags;
}

function referenceJson(type: "CHILD_OF" | "FOLLOWS_FROM", traceId: string, spanId: string): string {
  return `{"refType":"${type}","traceID":${JSON.stringify(traceId)},"spanID":${JSON.stringify(spanId)}}`;
}

function eventToLog({ timeNs, name, attributes }: SpanEvent): string {
  const fields = attributes.map((attribute) => attributeToTag(attribute).json);
  if (name !== "" || attributes.some(({ key }) => key === "event")) fields.unshift(textTag("event", name));
  return `{"timestamp":${toMicroseconds(timeNs)[0]},"fields":[${fields.join(",")}]}`;
}

/** Whether the log alone, but for the rest below a microsecond, comes back as the event. */
function comesBack(event: SpanEvent, log: string): boolean {
  const back = logToEvent(JSON.parse(log));
  return (
    back !== undefined &&
    event.droppedAttributes === undefined &&
    back.name === event.name &&
    sameAttributes(back.attributes, event.attributes)
  );
}

function isPlainLink(link: SpanLink): boolean {
  const { traceId, spanId, traceState, attributes, droppedAttributes, flags } = link;
  const back = linkToReference({ traceID: traceId, spanID: spanId });
  return (
    back?.traceId === traceId &&
    back.spanId === spanId &&
    traceState === "" &&
    attributes.length === 0 &&
    droppedAttributes === undefined &&
    flags === undefined
  );
}

/** Whole microseconds, rounded down, and the nanoseconds that are left. */
function toMicroseconds(ns: bigint): readonly [bigint, number] {
  const rest = ((ns % 1_000n) + 1_000n) % 1_000n;
  return [(ns - rest) / 1_000n, Number(rest)];
}
