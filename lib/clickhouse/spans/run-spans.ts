import type { Readable } from "node:stream";
import { at, int32At, uint8At, uint32At, uintAt } from "@/lib/base/checked";
import { reversedNs, unfinishedNs } from "@/lib/trace/analysis/tree";
import { type IndexColumn, indexColumn } from "@/lib/trace/columns/index-column";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { linkParents } from "@/lib/trace/columns/span-ids";
import { attributeNames, type WorkKind, workAttributes, workKindOf, workKinds } from "@/lib/trace/names";
import { spanKinds, statusCodes } from "@/lib/trace/span";
import { askTwice } from "../connection/ask-twice";
import type { Database } from "../connection/client";
import type { FoundRun } from "../runs/runs";
import { BadNative, type NativeBlock, readNative } from "../wire/native";
import { ownIdNumber, parentIdNumber } from "./span-id-sql";

/** Spans of one run in one answer: 31 MB of columns. What is beyond is counted as left out. */
const maxRunSpans = 1_000_000;

/** A name is cut to this many characters here; a span's details have the whole of it. */
const maxNameChars = 300;

/**
 * A run's spans as columns, in the order of their start, each once. Only what the timeline draws is read, and as
 * columns from the database on.
 */
export async function readRunSpans(
  { traces, untilBack }: Pick<Database, "traces"> & Partial<Pick<Database, "untilBack">>,
  run: FoundRun,
  signal?: AbortSignal,
): Promise<SpanColumns> {
  const where = spansOfRun(run);
  const isOneTrace = run.traceIds.length === 1;
  // `.keys` reads the keys alone; mapContains would read the values too, at twice the time of all of this.
  const statement = {
    query: `
      SELECT
        toFloat64(toUnixTimestamp64Nano(Timestamp) - {start:Int64}),
        ${durationOrMark},
        ${ownIdNumber("SpanId")},
        ${parentIdNumber("ParentSpanId")},
        toUInt8(${workAttributes.map((name, bit) => `${2 ** bit} * has(SpanAttributes.keys, '${name}')`).join(" + ")}),
        SpanKind,
        StatusCode,
        substringUTF8(SpanName, 1, ${maxNameChars}),
        substringUTF8(ServiceName, 1, ${maxNameChars})
        ${isOneTrace ? "" : ", toLowCardinality(TraceId)"}
      FROM otel_traces WHERE ${where.sql}
      ORDER BY Timestamp, SpanId LIMIT 1 BY TraceId, SpanId LIMIT ${maxRunSpans}
      FORMAT Native`,
    query_params: { ...where.params, start: run.startNs },
    // Otherwise it sorts what the expressions are made of, all keys of all attributes: 129 ms against 71.
    clickhouse_settings: { query_plan_execute_functions_after_sorting: 0 as const },
    abort_signal: signal,
  };
  const bytes = await askTwice({ untilBack }, signal, async () =>
    readAll((await traces.exec(statement)).stream),
  );
  const columns = blocksToColumns([...readNative(bytes)], run);
  if (columns.count < maxRunSpans) return columns;
  const total = await countSpans(traces, where, signal);
  return { ...columns, total, leftOut: total - columns.count };
}

/** The condition on otel_traces that chooses a run's spans, with its parameters. */
export interface SpansOfRun {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Trace ids that are bound one by one: a raw answer's parameters travel in the address, which holds 16 KiB. */
const maxBoundTraces = 200;

export function spansOfRun(run: FoundRun): SpansOfRun {
  const isBound = run.traceIds.length <= maxBoundTraces;
  const traces = isBound
    ? "{traceIds:Array(String)}"
    : "(SELECT TraceId FROM jiva_run_traces WHERE RunId = {runId:String})";
  return {
    sql: `TraceId IN ${traces} AND Timestamp >= fromUnixTimestamp64Nano({first:Int64})
      AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})`,
    params: {
      ...(isBound ? { traceIds: run.traceIds } : { runId: run.runId }),
      first: run.startNs,
      last: run.lastNs,
    },
  };
}

async function countSpans(
  traces: Database["traces"],
  where: SpansOfRun,
  signal: AbortSignal | undefined,
): Promise<number> {
  const result = await traces.query({
    query: `SELECT uniqExact(TraceId, SpanId) AS n FROM otel_traces WHERE ${where.sql}`,
    query_params: { ...where.params },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<{ n: string }>();
  return Number(row?.n ?? 0);
}

/**
 * Where there is no length to tell, a mark (lib/trace/analysis/tree): a Collector's negative length has wrapped around, and
 * without an end it is the whole time since the epoch; our own writers store 0 and an attribute.
 */
const durationOrMark = `toFloat64(multiIf(
  reinterpretAsInt64(Duration) = -toUnixTimestamp64Nano(Timestamp), ${unfinishedNs},
  Duration >= 9223372036854775808, ${reversedNs},
  Duration = 0 AND has(SpanAttributes.keys, '${attributeNames.timeError}'), ${unfinishedNs},
  Duration = 0 AND has(SpanAttributes.keys, '${attributeNames.endBeforeStart}'), ${reversedNs},
  toFloat64(Duration)))`;

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function blocksToColumns(blocks: readonly NativeBlock[], run: FoundRun): SpanColumns {
  const count = blocks.reduce((sum, { rows }) => sum + rows, 0);
  const startOffsetNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  const spanIds = new Uint32Array(2 * count);
  const parentIds = new Uint32Array(2 * count);
  const workMask = new Uint8Array(count);
  const kinds = new Dictionary(count);
  const statuses = new Dictionary(count);
  const names = new Dictionary(count);
  const services = new Dictionary(count);
  const traceIds = new Dictionary(count);
  let from = 0;
  for (const { rows, columns } of blocks) {
    for (const [i, numbers] of [startOffsetNs, durationNs, spanIds, parentIds, workMask].entries()) {
      putNumbers(numbers, from, numbers.byteLength / count, columns[i]);
    }
    for (const [i, texts] of [kinds, statuses, names, services, traceIds].entries()) {
      texts.put(from, columns[5 + i]);
    }
    from += rows;
  }
  highWordsFirst(spanIds);
  highWordsFirst(parentIds);
  const [kindOf, statusOf] = [kinds.toIndexes(spanKinds), statuses.toIndexes(statusCodes)];
  const workOf = createWorkOf();
  const kindAndStatus = new Uint8Array(count);
  const work = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const kind = uint8At(kindOf, uint32At(kinds.indexes, i));
    const status = uint8At(statusOf, uint32At(statuses.indexes, i));
    kindAndStatus[i] = kind | (status << 4);
    work[i] = workOf(at(names.texts, uint32At(names.indexes, i)), uint8At(workMask, i));
  }
  const isOneTrace = run.traceIds.length === 1;
  const trace = isOneTrace ? indexColumn(count, 1) : traceIds.column();
  return {
    runId: run.runId,
    startNs: run.startNs,
    count,
    total: count,
    leftOut: 0,
    traceIds: isOneTrace ? run.traceIds : traceIds.texts,
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

/** Copies a block's numbers, `width` bytes each, to the rows from `from` on. */
function putNumbers(
  numbers: Float64Array | Uint32Array | Uint8Array,
  from: number,
  width: number,
  column: NativeBlock["columns"][number] | undefined,
): void {
  if (!column || !("bytes" in column) || column.width !== width) {
    throw new BadNative("A column of spans is not of the type asked for.");
  }
  new Uint8Array(numbers.buffer).set(column.bytes, from * width);
}

/** In place: a number of 64 bits comes with its lower half first. */
function highWordsFirst(words: Uint32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    const low = uint32At(words, i);
    words[i] = uint32At(words, i + 1);
    words[i + 1] = low;
  }
}

/** Different texts of all blocks and, for each row, which one it has. */
class Dictionary {
  readonly texts: string[] = [];
  readonly indexes: Uint32Array;
  readonly #known = new Map<string, number>();

  constructor(count: number) {
    this.indexes = new Uint32Array(count);
  }

  /** Takes over a block's texts for the rows from `from` on; without a column there is nothing to take. */
  put(from: number, column: NativeBlock["columns"][number] | undefined): void {
    if (!column) return;
    if (!("texts" in column)) throw new BadNative("A column of spans is not of the type asked for.");
    // A dictionary may hold texts that no row has.
    const indexOf = new Int32Array(column.texts.length).fill(-1);
    for (let row = 0; row < column.rows.length; row++) {
      const own = uintAt(column.rows, row);
      if (int32At(indexOf, own) === -1) indexOf[own] = this.indexFor(at(column.texts, own));
      this.indexes[from + row] = int32At(indexOf, own);
    }
  }

  /** For each text its place in a list, 0 for what is not in it. */
  toIndexes(list: readonly string[]): Uint8Array {
    return Uint8Array.from(this.texts, (text) => Math.max(0, list.indexOf(text)));
  }

  column(): IndexColumn {
    const column = indexColumn(this.indexes.length, this.texts.length);
    column.set(this.indexes);
    return column;
  }

  private indexFor(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const index = this.texts.push(text) - 1;
    this.#known.set(text, index);
    return index;
  }
}

/** The kind of work as an index, remembered for each name and set of attributes. */
function createWorkOf(): (name: string, mask: number) => number {
  const known = new Map<string, number>();
  return (name, mask) => {
    const key = `${mask} ${name}`;
    let index = known.get(key);
    if (index === undefined) {
      const kind: WorkKind = workKindOf(
        name,
        (attribute) => (mask & (1 << workAttributes.indexOf(attribute))) !== 0,
      );
      index = workKinds.indexOf(kind);
      known.set(key, index);
    }
    return index;
  };
}
