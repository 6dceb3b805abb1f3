import { at } from "@/lib/base/checked";
import { nanoseconds } from "@/lib/base/time";
import { indexColumn } from "./index-column";
import { BadSpanColumns, type SpanColumns } from "./span-columns";
import { linkParents, spanIdText, writeSpanId } from "./span-ids";

/** The JSON form of the same (lib/api's `RunSpans`): plain arrays, ids as hex. */
export interface PlainSpanColumns {
  run_id: string;
  start_ns: string;
  total: number;
  left_out: number;
  trace_ids: string[];
  names: string[];
  services: string[];
  span_id: string[];
  parent_id: string[];
  trace: number[];
  name: number[];
  service: number[];
  kind: number[];
  work: number[];
  status: number[];
  start_offset_ns: number[];
  duration_ns: number[];
}

/** Throws BadSpanColumns where an id is not 16 hex digits. */
export function runSpansToColumns(plain: PlainSpanColumns): SpanColumns {
  const count = plain.span_id.length;
  const spanIds = new Uint32Array(2 * count);
  const parentIds = new Uint32Array(2 * count);
  const kindAndStatus = new Uint8Array(count);
  for (const [i, id] of plain.span_id.entries()) {
    if (!writeSpanId(spanIds, i, id) || !writeSpanId(parentIds, i, at(plain.parent_id, i))) {
      throw new BadSpanColumns(`Span ${i} has an id that is not 16 hexadecimal digits.`);
    }
    kindAndStatus[i] = at(plain.kind, i) | (at(plain.status, i) << 4);
  }
  const dictionary = (indexes: readonly number[], size: number) => {
    const column = indexColumn(count, size);
    column.set(indexes);
    return column;
  };
  const trace = dictionary(plain.trace, plain.trace_ids.length);
  return {
    runId: plain.run_id,
    startNs: nanoseconds(BigInt(plain.start_ns)),
    count,
    total: plain.total,
    leftOut: plain.left_out,
    traceIds: plain.trace_ids,
    names: plain.names,
    services: plain.services,
    startOffsetNs: Float64Array.from(plain.start_offset_ns),
    durationNs: Float64Array.from(plain.duration_ns),
    spanIds,
    parentIds,
    parent: linkParents(spanIds, parentIds, trace),
    trace,
    name: dictionary(plain.name, plain.names.length),
    service: dictionary(plain.service, plain.services.length),
    kindAndStatus,
    work: Uint8Array.from(plain.work),
  };
}

export function columnsToRunSpans(columns: SpanColumns): PlainSpanColumns {
  const indexes = Array.from({ length: columns.count }, (_, i) => i);
  return {
    run_id: columns.runId,
    start_ns: columns.startNs.toString(),
    total: columns.total,
    left_out: columns.leftOut,
    trace_ids: [...columns.traceIds],
    names: [...columns.names],
    services: [...columns.services],
    span_id: indexes.map((i) => spanIdText(columns.spanIds, i)),
    parent_id: indexes.map((i) => spanIdText(columns.parentIds, i)),
    trace: Array.from(columns.trace),
    name: Array.from(columns.name),
    service: Array.from(columns.service),
    kind: Array.from(columns.kindAndStatus, (both) => both & 15),
    work: Array.from(columns.work),
    status: Array.from(columns.kindAndStatus, (both) => both >> 4),
    start_offset_ns: Array.from(columns.startOffsetNs),
    duration_ns: Array.from(columns.durationNs),
  };
}
