import type { Readable } from "node:stream";
import { attributeNames, type WorkKind, workAttributes, workKindOf, workKinds } from "@/lib/trace/names";
import { spanKinds, statusCodes } from "@/lib/trace/span";
import { type IndexColumn, indexColumn, type SpanColumns } from "@/lib/trace/span-columns";
import { linkParents } from "@/lib/trace/span-ids";
import { reversedNs, unfinishedNs } from "@/lib/trace/tree";
import type { Database } from "./client";
import type { FoundRun } from "./runs";
import { ownIdNumber, parentIdNumber } from "./span-id-sql";

/** Spans of one run in one answer: 31 MB of columns. What is beyond is counted as left out. */
export const maxRunSpans = 1_000_000;

/** A name is cut to this many characters here; a span's details have the whole of it. */
const maxNameChars = 300;

/**
 * A run's spans as columns, in the order of their start, each once. Only what the timeline draws is read, as
 * RowBinary: 24 ms in the database and 29 ms here for 100,000 spans, where JSON columns take 53 and 90.
 */
export async function readRunSpans(
  { traces }: Pick<Database, "traces">,
  run: FoundRun,
  signal?: AbortSignal,
): Promise<SpanColumns> {
  const where = spansOfRun(run);
  const isOneTrace = run.traceIds.length === 1;
  // `.keys` reads the keys alone; mapContains would read the values too, at twice the time of all of this.
  const { stream } = await traces.exec({
    query: `
      SELECT
        toFloat64(toUnixTimestamp64Nano(Timestamp) - {start:Int64}),
        ${durationOrMark},
        ${ownIdNumber("SpanId")},
        ${parentIdNumber("ParentSpanId")},
        toUInt8(greatest(indexOf(${sqlList(spanKinds)}, toString(SpanKind)), 1) - 1
          + 16 * (greatest(indexOf(${sqlList(statusCodes)}, toString(StatusCode)), 1) - 1)),
        toUInt8(${workAttributes.map((name, bit) => `${2 ** bit} * has(SpanAttributes.keys, '${name}')`).join(" + ")}),
        substringUTF8(toString(SpanName), 1, ${maxNameChars}),
        substringUTF8(toString(ServiceName), 1, ${maxNameChars})
        ${isOneTrace ? "" : ", TraceId"}
      FROM otel_traces WHERE ${where.sql}
      ORDER BY Timestamp, SpanId LIMIT 1 BY TraceId, SpanId LIMIT ${maxRunSpans}
      FORMAT RowBinary`,
    query_params: { ...where.params, start: run.startNs },
    // Otherwise it sorts what the expressions are made of, all keys of all attributes: 129 ms against 71.
    clickhouse_settings: { query_plan_execute_functions_after_sorting: 0 },
    abort_signal: signal,
  });
  const columns = decodeRows(await readAll(stream), run, isOneTrace);
  if (columns.count < maxRunSpans) return columns;
  const total = await countSpans(traces, where, signal);
  return { ...columns, total, leftOut: total - columns.count };
}

/** The condition on otel_traces that chooses a run's spans, with its parameters. */
export interface SpansOfRun {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Trace ids that are bound one by one: RowBinary's parameters travel in the address, which holds 16 KiB. */
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
 * Where there is no length to tell, a mark (lib/trace/tree): a Collector's negative length has wrapped around, and
 * without an end it is the whole time since the epoch; our own writers store 0 and an attribute.
 */
const durationOrMark = `toFloat64(multiIf(
  reinterpretAsInt64(Duration) = -toUnixTimestamp64Nano(Timestamp), ${unfinishedNs},
  Duration >= 9223372036854775808, ${reversedNs},
  Duration = 0 AND has(SpanAttributes.keys, '${attributeNames.timeError}'), ${unfinishedNs},
  Duration = 0 AND has(SpanAttributes.keys, '${attributeNames.endBeforeStart}'), ${reversedNs},
  toFloat64(Duration)))`;

/** Names of our own lists, which hold no quotes. */
function sqlList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(", ")}]`;
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The fixed part of a row: two Float64, two UInt64, two UInt8. */
const fixedBytes = 34;

function decodeRows(bytes: Buffer, run: FoundRun, isOneTrace: boolean): SpanColumns {
  const count = countRows(bytes, isOneTrace ? 2 : 3);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const startOffsetNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  const spanIds = new Uint32Array(2 * count);
  const parentIds = new Uint32Array(2 * count);
  const kindAndStatus = new Uint8Array(count);
  const work = new Uint8Array(count);
  const names = new Dictionary(bytes, count);
  const services = new Dictionary(bytes, count);
  const traceIds = new Dictionary(bytes, count);
  const workOf = createWorkOf();

  let at = 0;
  for (let i = 0; i < count; i++) {
    startOffsetNs[i] = view.getFloat64(at, true);
    durationNs[i] = view.getFloat64(at + 8, true);
    spanIds[2 * i] = view.getUint32(at + 20, true);
    spanIds[2 * i + 1] = view.getUint32(at + 16, true);
    parentIds[2 * i] = view.getUint32(at + 28, true);
    parentIds[2 * i + 1] = view.getUint32(at + 24, true);
    kindAndStatus[i] = bytes[at + 32] ?? 0;
    const workMask = bytes[at + 33] ?? 0;
    at = names.read(i, at + fixedBytes);
    work[i] = workOf(names.texts[names.indexes[i] ?? 0] ?? "", workMask);
    at = services.read(i, at);
    if (!isOneTrace) at = traceIds.read(i, at);
  }
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

/** Rows in the answer; throws where it does not end with a row: the connection broke off in between. */
function countRows(bytes: Buffer, texts: number): number {
  let rows = 0;
  let at = 0;
  while (at < bytes.length) {
    at += fixedBytes;
    for (let i = 0; i < texts; i++) {
      const [length, start] = readLength(bytes, at);
      at = start + length;
    }
    rows++;
  }
  if (at !== bytes.length) throw new Error("The connection to ClickHouse was closed before the spans' end.");
  return rows;
}

/** A LEB128 length at `at`, and where the text behind it begins. */
function readLength(bytes: Buffer, at: number): readonly [length: number, start: number] {
  const first = bytes[at] ?? 0;
  // Nearly every text is shorter than 128 bytes.
  if (first < 128) return [first, at + 1];
  let length = first & 127;
  let scale = 128;
  for (let i = at + 1; ; i++) {
    const byte = bytes[i] ?? 0;
    length += (byte & 127) * scale;
    if (byte < 128) return [length, i + 1];
    scale *= 128;
  }
}

/** Different texts and, for each row, which one it has. Texts are compared as bytes and decoded once. */
class Dictionary {
  readonly texts: string[] = [];
  readonly indexes: Uint32Array;
  readonly #known = new Map<string, number>();

  constructor(
    private readonly bytes: Buffer,
    count: number,
  ) {
    this.indexes = new Uint32Array(count);
  }

  /** Reads row i's text at `at`; gives where it ends. */
  read(i: number, at: number): number {
    const [length, start] = readLength(this.bytes, at);
    const key = this.bytes.toString("latin1", start, start + length);
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.texts.push(this.bytes.toString("utf8", start, start + length)) - 1;
      this.#known.set(key, index);
    }
    this.indexes[i] = index;
    return start + length;
  }

  column(): IndexColumn {
    const column = indexColumn(this.indexes.length, this.texts.length);
    column.set(this.indexes);
    return column;
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
