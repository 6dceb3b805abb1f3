import { nanoseconds } from "@/lib/base/time";
import { reversedNs, unfinishedNs } from "../analysis/tree";
import { attributeNames, workAttributes, workKindOf, workKinds } from "../names";
import { type Span, spanKinds, statusCodes } from "../span";
import { type IndexColumn, indexColumn } from "./index-column";
import type { SpanColumns } from "./span-columns";
import { linkParents, writeSpanId } from "./span-ids";

/**
 * Whole spans as a run's columns, in the order in which they are given: what a file's spans become before they
 * are drawn. The run starts with its earliest span.
 */
export function spansToColumns(spans: readonly Span[], runId: string): SpanColumns {
  const count = spans.length;
  let startNs = spans[0]?.startNs ?? nanoseconds(0n);
  for (const span of spans) if (span.startNs < startNs) startNs = span.startNs;
  const startOffsetNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  const spanIds = new Uint32Array(2 * count);
  const parentIds = new Uint32Array(2 * count);
  const kindAndStatus = new Uint8Array(count);
  const work = new Uint8Array(count);
  const traceIds = new Dictionary(count);
  const names = new Dictionary(count);
  const services = new Dictionary(count);
  for (const [i, span] of spans.entries()) {
    startOffsetNs[i] = Number(span.startNs - startNs);
    durationNs[i] = columnDurationNs(span);
    writeSpanId(spanIds, i, span.spanId);
    writeSpanId(parentIds, i, span.parentSpanId);
    kindAndStatus[i] = spanKinds.indexOf(span.kind) | (statusCodes.indexOf(span.status) << 4);
    work[i] = workKinds.indexOf(workOf(span));
    traceIds.put(i, span.traceId);
    names.put(i, span.name);
    services.put(i, span.serviceName);
  }
  const trace = traceIds.column();
  return {
    runId,
    startNs,
    count,
    total: count,
    leftOut: 0,
    traceIds: traceIds.texts,
    names: names.texts,
    services: services.texts,
    startOffsetNs,
    durationNs,
    spanIds,
    parentIds,
    parent: linkParents(spanIds, parentIds, trace),
    trace,
    name: names.column(),
    service: services.column(),
    kindAndStatus,
    work,
  };
}

/** The duration as columns have it: a mark where there is none to tell (lib/trace/analysis/tree). */
function columnDurationNs({ durationNs, attributes }: Span): number {
  if (durationNs > 0n) return Number(durationNs);
  if (attributes.some(({ key }) => key === attributeNames.timeError)) return unfinishedNs;
  return attributes.some(({ key }) => key === attributeNames.endBeforeStart) ? reversedNs : 0;
}

const tellingKeys: ReadonlySet<string> = new Set(workAttributes);

function workOf({ name, attributes }: Span) {
  const keys = new Set<string>();
  for (const { key } of attributes) if (tellingKeys.has(key)) keys.add(key);
  return workKindOf(name, (key) => keys.has(key));
}

class Dictionary {
  readonly texts: string[] = [];
  readonly #known = new Map<string, number>();
  readonly #indexes: Uint32Array;

  constructor(count: number) {
    this.#indexes = new Uint32Array(count);
  }

  put(i: number, text: string): void {
    let index = this.#known.get(text);
    if (index === undefined) {
      index = this.texts.push(text) - 1;
      this.#known.set(text, index);
    }
    this.#indexes[i] = index;
  }

  column(): IndexColumn {
    const column = indexColumn(this.#indexes.length, this.texts.length);
    column.set(this.#indexes);
    return column;
  }
}
