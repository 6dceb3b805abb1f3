import {
  type Fields,
  fieldOf,
  hexId,
  isRecord,
  listOrEmpty,
  microsecondsToNs,
  textOrEmpty,
} from "@/lib/base/json-fields";
import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import {
  attributeTypeOf,
  fromExactAttributes,
  fromExactEvent,
  fromExactExtras,
  fromExactLink,
} from "@/lib/trace/content/exact-span";
import { attributeNames } from "@/lib/trace/names";
import {
  type Attribute,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  spanKinds,
} from "@/lib/trace/span";
import { liftedTags, tagNames, tagText, tagToAttribute } from "./jaeger-tags";
import { type ReadTrace, Remarks } from "./read-trace";

/**
 * Jaeger's JSON as spans: the answer of its API, a download of its page (`{"data": [trace, …]}`), or one trace.
 *
 * Tags that Jaeger's translation writes for fields of a span (kind, status, scope, trace state) become those
 * fields again. A file of Jaeger's has no nanoseconds; its warnings become the attribute `@jaeger@warnings`, as in
 * Jaeger's own model; a second parent becomes a link. Spans without ids or times are left out and counted.
 * `jiva.span` (spans-to-jaeger-json.ts) makes our own files come back whole.
 */
export function readJaeger(json: unknown): ReadTrace {
  const spans: Span[] = [];
  const remarks = new Remarks();
  for (const trace of tracesOf(json)) {
    const processes = new Map<string, Process>();
    const table = isRecord(trace.processes) ? trace.processes : {};
    for (const span of listOrEmpty(trace.spans)) {
      const id = textOrEmpty(isRecord(span) ? span.processID : undefined);
      let process = processes.get(id);
      if (!process) {
        process = toProcess(isRecord(span) && isRecord(span.process) ? span.process : fieldOf(table, id));
        processes.set(id, process);
      }
      const read = toSpan(span, textOrEmpty(trace.traceID), process);
      if (typeof read === "string") remarks.add(read);
      else spans.push(read);
    }
  }
  return { spans, remarks: remarks.list() };
}

/** Whether the JSON has the shape of Jaeger's, judged by its outermost fields. */
export function isJaeger(json: unknown): boolean {
  return tracesOf(json).length > 0;
}

function tracesOf(json: unknown): Fields[] {
  const list = isRecord(json) && Array.isArray(json.data) ? json.data : Array.isArray(json) ? json : [json];
  return list.filter((trace): trace is Fields => isRecord(trace) && Array.isArray(trace.spans));
}

interface Process {
  readonly serviceName: string;
  readonly resource: readonly Attribute[];
}

function toProcess(json: unknown): Process {
  if (!isRecord(json)) return { serviceName: "", resource: [] };
  const serviceName = textOrEmpty(json.serviceName);
  const tags = listOrEmpty(json.tags).filter(isRecord);
  const exact = parseObject(lastText(tags, tagNames.exactProcess));
  if (Array.isArray(exact)) return { serviceName, resource: fromExactAttributes(exact) };
  const resource = tags.flatMap((tag) => tagToAttribute(tag) ?? []);
  if (serviceName === "" || resource.some(({ key }) => key === "service.name"))
    return { serviceName, resource };
  return {
    serviceName,
    resource: [{ key: "service.name", value: serviceName, type: "string" }, ...resource],
  };
}

/** A span, or why it is none. */
function toSpan(json: unknown, traceOf: string, { serviceName, resource }: Process): Span | string {
  if (!isRecord(json)) return "spans were no objects";
  const traceId = hexId(json.traceID ?? traceOf, 32);
  const spanId = hexId(json.spanID, 16);
  if (traceId === undefined || spanId === undefined) return "spans had ids that are not hexadecimal";
  const startNs = microsecondsToNs(json.startTime);
  const durationNs = microsecondsToNs(json.duration ?? 0);
  if (startNs === undefined || durationNs === undefined) return "spans had no start or duration";

  const tags = listOrEmpty(json.tags).filter(isRecord);
  const parsed = parseObject(lastText(tags, tagNames.exact));
  const exact: Fields = isRecord(parsed) ? parsed : {};
  const own = typeof exact.own === "number" ? exact.own : undefined;
  const fieldTags = own === undefined ? tags : tags.slice(own);
  const [startRest = 0n, durationRest = 0n] = listOrEmpty(exact.ns).map(restOf);
  const { parentSpanId, links } = readReferences(json.references, json.parentSpanID, traceId, exact);
  const attributes = readAttributes(tags, own, exact);
  const warnings = listOrEmpty(json.warnings).filter((warning) => typeof warning === "string");
  if (warnings.length > 0) {
    attributes.push({ key: "@jaeger@warnings", type: "array", value: JSON.stringify(warnings) });
  }
  if (durationNs < 0n) attributes.push({ key: attributeNames.endBeforeStart, type: "bool", value: "true" });
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState: tagText(fieldTags, tagNames.traceState),
    name: textOrEmpty(json.operationName),
    kind: kindOf(tagText(fieldTags, tagNames.kind)) ?? "Unspecified",
    serviceName,
    scopeName: tagText(fieldTags, tagNames.scopeName) || tagText(fieldTags, tagNames.libraryName),
    scopeVersion: tagText(fieldTags, tagNames.scopeVersion) || tagText(fieldTags, tagNames.libraryVersion),
    startNs: nanoseconds(startNs + startRest),
    durationNs: nanoseconds(durationNs < 0n ? 0n : durationNs + durationRest),
    status: statusOf(fieldTags),
    statusMessage: tagText(fieldTags, tagNames.statusMessage),
    attributes,
    resource,
    events: readEvents(json.logs, exact, nanoseconds(startNs)),
    links,
    ...fromExactExtras(exact.extras),
  };
}

function readAttributes(tags: readonly Fields[], own: number | undefined, exact: Fields): Attribute[] {
  const types = new Map(
    listOrEmpty(exact.types).map((entry) => [listOrEmpty(entry)[0], listOrEmpty(entry)[1]]),
  );
  return tags.flatMap((tag, i): Attribute[] => {
    if (own === undefined ? isField(tag) : i >= own) return [];
    const attribute = tagToAttribute(tag);
    if (!attribute) return [];
    return types.has(i) ? [{ ...attribute, type: attributeTypeOf(types.get(i)) }] : [attribute];
  });
}

/** Whether a tag stands for a field of the span; one that says nothing we know stays an attribute. */
function isField({ key, value }: Fields): boolean {
  if (typeof key !== "string" || !liftedTags.has(key) || key === tagNames.exactProcess) return false;
  if (key === tagNames.kind) return kindOf(textOrEmpty(value)) !== undefined;
  if (key === tagNames.status) return value === "OK" || value === "ERROR";
  if (key === tagNames.error) return isTrue(value);
  return typeof value === "string" && value !== "";
}

function kindOf(text: string): SpanKind | undefined {
  return text === "unspecified" ? undefined : spanKinds.find((kind) => kind.toLowerCase() === text);
}

function statusOf(tags: readonly Fields[]): Span["status"] {
  const code = tagText(tags, tagNames.status);
  if (code === "OK") return "Ok";
  return code === "ERROR" || tags.some(({ key, value }) => key === tagNames.error && isTrue(value))
    ? "Error"
    : "Unset";
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** The parent is the first CHILD_OF in the span's own trace, or else the first FOLLOWS_FROM, as Jaeger has it. */
function readReferences(json: unknown, parentOf: unknown, traceId: string, exact: Fields) {
  const references = listOrEmpty(json).flatMap((reference) => {
    const link = isRecord(reference) ? linkToReference(reference) : undefined;
    return link && isRecord(reference) ? [{ link, isChild: reference.refType === "CHILD_OF" }] : [];
  });
  const inTrace = references.filter(({ link }) => link.traceId === traceId);
  const parent = exact.root === true ? undefined : (inTrace.find(({ isChild }) => isChild) ?? inTrace.at(0));
  const links = references.filter((reference) => reference !== parent).map(({ link }) => link);
  return {
    parentSpanId: parent?.link.spanId ?? (exact.root === true ? "" : (hexId(parentOf, 16) ?? "")),
    links: Array.isArray(exact.links) ? exact.links.map(fromExactLink) : links,
  };
}

/** The link of a reference, or undefined where its ids are none. */
export function linkToReference(reference: Fields): SpanLink | undefined {
  const traceId = hexId(reference.traceID, 32);
  const spanId = hexId(reference.spanID, 16);
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceState: "", attributes: [] };
}

function readEvents(json: unknown, exact: Fields, startNs: Nanoseconds): SpanEvent[] {
  if (Array.isArray(exact.events)) return exact.events.map(fromExactEvent);
  const rests = listOrEmpty(exact.eventNs).map(restOf);
  return listOrEmpty(json).flatMap((log, i) => {
    const event = logToEvent(log, startNs);
    if (!event) return [];
    // Only our own files have what a microsecond leaves.
    const rest = rests[i];
    return [rest === undefined ? event : { ...event, timeNs: nanoseconds(event.timeNs + rest) }];
  });
}

/** A log as an event: its name is the field `event`, if it has one. Without a time it is at the span's start. */
export function logToEvent(json: unknown, startNs = nanoseconds(0n)): SpanEvent | undefined {
  if (!isRecord(json)) return undefined;
  const fields = listOrEmpty(json.fields).filter(isRecord);
  const named = fields.findIndex(({ key, value }) => key === "event" && typeof value === "string");
  const timeNs = microsecondsToNs(json.timestamp);
  return {
    timeNs: timeNs === undefined ? startNs : nanoseconds(timeNs),
    name: textOrEmpty(fields[named]?.value),
    attributes: fields.flatMap((field, i) => (i === named ? [] : (tagToAttribute(field) ?? []))),
  };
}

function restOf(json: unknown): bigint {
  return typeof json === "number" && Number.isInteger(json) && json > 0 && json < 1_000 ? BigInt(json) : 0n;
}

/** The last of our own tags counts: an earlier one may be an attribute of the same name. */
function lastText(tags: readonly Fields[], name: string): string {
  return textOrEmpty(tags.findLast(({ key }) => key === name)?.value);
}

function parseObject(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
