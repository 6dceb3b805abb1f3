import { formatBytes, Refusal } from "./refusal";

type Bytes = AsyncIterable<Uint8Array>;

/** Passes bytes on and throws a Refusal behind the limit. */
export async function* limitedBytes(source: Bytes, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new Refusal(`The file is larger than ${formatBytes(maxBytes)}. Split it, or raise the limit.`);
    }
    yield chunk;
  }
}

const signatures: readonly { readonly bytes: readonly number[]; readonly reason: string }[] = [
  { bytes: [0x1f, 0x8b], reason: "The content is compressed (gzip). Unpack it and send what is inside." },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], reason: "The content is compressed (zstd). Unpack it and send that." },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    reason: "The content is a ZIP archive or an Office file. Send a sheet as CSV, or what is inside.",
  },
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], reason: "The content is a PDF. Save it as text and send that." },
  {
    bytes: [0x50, 0x41, 0x52, 0x31],
    reason: "The content is Parquet, which does not fit the name. Let the name end in .parquet.",
  },
  { bytes: [0xff, 0xfe], reason: "The text is UTF-16. Save it as UTF-8 and send it again." },
  { bytes: [0xfe, 0xff], reason: "The text is UTF-16. Save it as UTF-8 and send it again." },
];

function startsWith(chunk: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => chunk[index] === byte);
}

/** At least this many first bytes lie in the first chunk, where the file has them. */
const peekBytes = 64 * 1024;

/** The same bytes with a first chunk that is long enough to judge the content by; nothing for an empty file. */
export async function* peekable(source: Bytes): AsyncGenerator<Uint8Array> {
  let first: Uint8Array[] | undefined = [];
  let bytes = 0;
  for await (const chunk of source) {
    if (chunk.length === 0) continue;
    if (first === undefined) {
      yield chunk;
      continue;
    }
    first.push(chunk);
    bytes += chunk.length;
    if (bytes >= peekBytes) {
      yield Buffer.concat(first);
      first = undefined;
    }
  }
  if (first && bytes > 0) yield Buffer.concat(first);
}

/**
 * The bytes of a text file without a byte order mark, judged by their content: throws a Refusal for what is
 * binary, packed or not UTF-8.
 */
export async function* checkedText(source: Bytes): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let line = 1;
  let isFirst = true;
  for await (let chunk of peekable(source)) {
    if (isFirst) {
      const known = signatures.find(({ bytes }) => startsWith(chunk, bytes));
      if (known) throw new Refusal(known.reason);
      if (startsWith(chunk, [0xef, 0xbb, 0xbf])) chunk = chunk.subarray(3);
      isFirst = false;
    }
    if (chunk.includes(0)) throw new Refusal(nulReason(chunk));
    try {
      decoder.decode(chunk, { stream: true });
    } catch {
      throw notUtf8(line, chunk);
    }
    line += countLines(chunk);
    if (chunk.length > 0) yield chunk;
  }
  try {
    decoder.decode();
  } catch {
    throw new Refusal(`The text ends within a character at line ${line}. It was probably cut off.`);
  }
}

/** Every other byte of UTF-16 is 0 where the text is in Latin letters. */
function nulReason(chunk: Uint8Array): string {
  const start = chunk.subarray(0, 1_000);
  const nuls = start.filter((byte) => byte === 0).length;
  return nuls > start.length * 0.3 && nuls < start.length * 0.7
    ? "The text seems to be UTF-16. Save it as UTF-8 and send it again."
    : "The content is binary, not text. Check that this is the right file.";
}

function notUtf8(chunkLine: number, chunk: Uint8Array): Refusal {
  // The mistake is somewhere in the chunk: the first line that does not decode by itself.
  let line = chunkLine;
  let start = 0;
  for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(chunk.subarray(start, end));
    } catch {
      // The first line of a chunk can begin within a character.
      if (start > 0 || chunkLine === 1) break;
    }
    line++;
    start = end + 1;
  }
  return new Refusal(
    `The text is not UTF-8: line ${line} has bytes of another encoding, such as Windows-1252 or Latin-1. ` +
      "Save it as UTF-8 (in Excel: “CSV UTF-8”) and send it again.",
  );
}

function countLines(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines++;
  return lines;
}
