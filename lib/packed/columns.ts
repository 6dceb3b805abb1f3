import { float64At, int32At, uint32At } from "@/lib/base/checked";
import { nanoseconds } from "@/lib/base/time";
import { indexColumn } from "@/lib/trace/columns/index-column";
import { BadSpanColumns, checkKinds, maxSpans, type SpanColumns } from "@/lib/trace/columns/span-columns";
import { linkParents } from "@/lib/trace/columns/span-ids";
import { BadPackedBytes, ByteReader, ByteWriter } from "./bytes";
import { packNumbers, unpackNumbers } from "./numbers";
import { packTexts, unpackTexts } from "./texts";

/**
 * A run's columns for a file: a third of the bytes that travel between server and page (span-columns.ts) once both
 * are zipped, for 10 ms more in reading 100,000 spans. A parent is written as its distance, because its id is
 * there already; only ids of parents that are not in the run are written whole.
 */

const version = 1;

export function packColumns(columns: SpanColumns): Uint8Array<ArrayBuffer> {
  const { count, spanIds, parentIds, parent, kindAndStatus } = columns;
  const writer = new ByteWriter();
  writer.byte(version);
  writer.count(count);
  writer.count(columns.total);
  writer.count(columns.leftOut);
  writer.text(columns.runId);
  writer.text(columns.startNs.toString());
  for (const dictionary of [columns.traceIds, columns.names, columns.services]) {
    writer.count(dictionary.length);
    packTexts(writer, dictionary);
  }
  packNumbers(writer, columns.startOffsetNs);
  packNumbers(writer, columns.durationNs);
  packNumbers(writer, everyOther(spanIds, 0));
  packNumbers(writer, everyOther(spanIds, 1));
  // 0 is a root, 1 an orphan, and from 2 on a distance with its sign in the lowest bit.
  const distances = Float64Array.from({ length: count }, (_, i) => {
    const up = int32At(parent, i);
    if (up >= 0) return 2 + 2 * Math.abs(i - up) + (up > i ? 1 : 0);
    return uint32At(parentIds, 2 * i) !== 0 || uint32At(parentIds, 2 * i + 1) !== 0 ? 1 : 0;
  });
  packNumbers(writer, distances);
  const orphans = Uint32Array.from(Array.from(distances.keys()).filter((i) => distances[i] === 1));
  for (const word of [0, 1])
    packNumbers(
      writer,
      orphans.map((i) => uint32At(parentIds, 2 * i + word)),
    );
  for (const column of [columns.trace, columns.name, columns.service, kindAndStatus, columns.work]) {
    packNumbers(writer, column);
  }
  return writer.finish();
}

/** Throws BadSpanColumns for other bytes than `packColumns` makes. */
export function unpackColumns(bytes: Uint8Array): SpanColumns {
  try {
    return readColumns(new ByteReader(bytes));
  } catch (error) {
    if (!(error instanceof BadPackedBytes || error instanceof SyntaxError || error instanceof RangeError))
      throw error;
    throw new BadSpanColumns("The spans in this file cannot be read. Was it cut short or changed?");
  }
}

function readColumns(reader: ByteReader): SpanColumns {
  if (reader.byte() !== version) throw new BadSpanColumns("The spans in this file are of another version.");
  const count = reader.count();
  if (count > maxSpans) throw new BadPackedBytes("There are more spans than there can be.");
  const total = reader.count();
  const leftOut = reader.count();
  const runId = reader.text();
  const startNs = nanoseconds(BigInt(reader.text()));
  const [traceIds, names, services] = [readTexts(reader), readTexts(reader), readTexts(reader)];
  const startOffsetNs = unpackNumbers(reader, count);
  const durationNs = unpackNumbers(reader, count);
  if (!startOffsetNs.every(Number.isFinite) || !durationNs.every(Number.isFinite)) {
    throw new BadPackedBytes("A time is not a number.");
  }
  const spanIds = interleave(unpackNumbers(reader, count), unpackNumbers(reader, count));
  const parentIds = unpackParents(reader, spanIds);
  const index = (size: number) => {
    const column = indexColumn(count, size);
    const values = unpackNumbers(reader, count);
    for (const value of values)
      if (!(value >= 0 && value < size)) throw new BadPackedBytes("An index is too large.");
    column.set(values);
    return column;
  };
  const trace = index(traceIds.length);
  const columns = {
    runId,
    startNs,
    count,
    total,
    leftOut,
    traceIds,
    names,
    services,
    startOffsetNs,
    durationNs,
    spanIds,
    parentIds,
    parent: linkParents(spanIds, parentIds, trace),
    trace,
    name: index(names.length),
    service: index(services.length),
    kindAndStatus: Uint8Array.from(unpackNumbers(reader, count)),
    work: Uint8Array.from(unpackNumbers(reader, count)),
  };
  checkKinds(columns);
  return columns;
}

function readTexts(reader: ByteReader): string[] {
  const size = reader.count();
  if (size > maxSpans) throw new BadPackedBytes("A dictionary holds more than it can.");
  return unpackTexts(reader, size);
}

function unpackParents(reader: ByteReader, spanIds: Uint32Array): Uint32Array {
  const count = spanIds.length / 2;
  const parentIds = new Uint32Array(2 * count);
  const distances = unpackNumbers(reader, count);
  let orphans = 0;
  for (let i = 0; i < count; i++) if (float64At(distances, i) === 1) orphans++;
  const orphanIds = interleave(unpackNumbers(reader, orphans), unpackNumbers(reader, orphans));
  let orphan = 0;
  for (let i = 0; i < count; i++) {
    const distance = float64At(distances, i);
    if (distance < 1) continue;
    const from = distance === 1 ? orphanIds : spanIds;
    const steps = Math.floor((distance - 2) / 2);
    const at = distance === 1 ? orphan++ : distance % 2 === 1 ? i + steps : i - steps;
    parentIds[2 * i] = uint32At(from, 2 * at);
    parentIds[2 * i + 1] = uint32At(from, 2 * at + 1);
  }
  return parentIds;
}

function everyOther(words: Uint32Array, first: 0 | 1): Uint32Array {
  return Uint32Array.from({ length: words.length / 2 }, (_, i) => uint32At(words, 2 * i + first));
}

function interleave(high: Float64Array, low: Float64Array): Uint32Array {
  const words = new Uint32Array(2 * high.length);
  for (let i = 0; i < high.length; i++) {
    words[2 * i] = float64At(high, i);
    words[2 * i + 1] = float64At(low, i);
  }
  return words;
}
