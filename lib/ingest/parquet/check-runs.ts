import { uint8At } from "@/lib/base/checked";

/**
 * Walks the runs of Parquet's RLE and bit-packed hybrid without unpacking them, because the library writes what a run
 * claims: a damaged one of six bytes that claims 2 billion values takes a gigabyte before anything else is wrong.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 *
 * `width` is in bits, `count` the number of values at most. Throws RangeError where a run claims more than are left.
 */
export function checkRuns(bytes: Uint8Array, start: number, width: number, count: number): void {
  if (width > 32) throw new RangeError(`values of ${width} bits`);
  let at = start;
  for (let left = count; left > 0 && at < bytes.length; ) {
    const header = readHeader(bytes, at);
    at = header.end;
    const isPacked = header.value % 2 === 1;
    // Packed values come in groups of eight, of which the last is filled up.
    const values = Math.floor(header.value / 2) * (isPacked ? 8 : 1);
    if (values >= left + (isPacked ? 8 : 1)) {
      throw new RangeError(`a run of ${values} values where ${left} are left`);
    }
    at += isPacked ? (values / 8) * width : Math.ceil(width / 8);
    left -= values;
  }
}

/** A number in groups of seven bits, the lowest first: 32 bits at most. */
function readHeader(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, scale = 1; at < start + 5; at++, scale *= 128) {
    const byte = uint8At(bytes, at);
    value += (byte % 128) * scale;
    if (byte < 128) return { value, end: at + 1 };
  }
  throw new RangeError("the length of a run has more than 32 bits");
}
