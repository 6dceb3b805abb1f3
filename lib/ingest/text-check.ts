import { isUtf8 } from "node:buffer";
import { uint8At } from "@/lib/base/checked";
import type { JobBytes } from "@/lib/workers/job";
import { Refusal } from "./refusal";

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
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** The first bytes, which decide what the content is; they hold the first line of nearly every table. */
const startBytes = 64 * 1024;

/** The beginning of a text file without its byte order mark; throws a Refusal where it is something else. */
export function textStart(bytes: JobBytes): { readonly start: Uint8Array; readonly skipped: number } {
  const first = bytes.read(0, startBytes);
  const known = signatures.find((each) => startsWith(first, each.bytes));
  if (known) throw new Refusal(known.reason);
  const skipped = startsWith(first, byteOrderMark) ? byteOrderMark.length : 0;
  if (first.length === skipped) throw new Refusal("The file is empty.");
  return { start: first.subarray(skipped), skipped };
}

/**
 * The file behind its first `skipped` bytes in pieces, each checked to be text in UTF-8. Throws a Refusal with the
 * line where it is not. A piece is overwritten by the next one.
 */
export function* textPieces(
  bytes: JobBytes,
  skipped: number,
): Generator<{ readonly position: number; readonly piece: Uint8Array }> {
  const check = new Utf8Check();
  for (const { position, bytes: read } of bytes.pieces()) {
    const before = Math.max(0, Math.min(read.length, skipped - position));
    const piece = read.subarray(before);
    if (piece.length === 0) continue;
    check.push(piece);
    yield { position: position + before, piece };
  }
  check.end();
}

function startsWith(chunk: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => chunk[index] === byte);
}

/** Checks UTF-8 that comes in pieces, which may begin and end within a character. */
class Utf8Check {
  #line = 1;
  /** The bytes of a character that a piece ended within. */
  #rest: Uint8Array = new Uint8Array(0);

  push(piece: Uint8Array): void {
    if (piece.includes(0)) throw new Refusal(nulReason(piece));
    let from = 0;
    if (this.#rest.length > 0) {
      from = Math.min(piece.length, characterBytes(this.#rest[0]) - this.#rest.length);
      this.#rest = Buffer.concat([this.#rest, piece.subarray(0, from)]);
      if (this.#rest.length < characterBytes(this.#rest[0])) return;
      if (!isUtf8(this.#rest)) throw notUtf8(this.#line);
      this.#rest = new Uint8Array(0);
    }
    const to = wholeCharacters(piece);
    // A piece of a few bytes can end before the character does that it began with.
    const whole = piece.subarray(from, Math.max(from, to));
    if (!isUtf8(whole)) throw notUtf8(this.#line + linesBeforeMistake(whole));
    this.#line += countLines(whole);
    this.#rest = piece.slice(Math.max(from, to));
  }

  end(): void {
    if (this.#rest.length === 0) return;
    throw new Refusal(`The text ends within a character at line ${this.#line}. It was probably cut off.`);
  }
}

/** The length of the character that a byte begins; 1 for a byte that begins none, which is found to be wrong. */
function characterBytes(lead: number | undefined): number {
  if (lead === undefined || lead < 0xc2 || lead > 0xf4) return 1;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Where the last character begins that does not end within the piece; the piece's length where there is none. */
function wholeCharacters(piece: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= piece.length; back++) {
    const byte = uint8At(piece, piece.length - back);
    if (byte < 0x80) break;
    if (byte >= 0xc0) return characterBytes(byte) > back ? piece.length - back : piece.length;
  }
  return piece.length;
}

/** Every other byte of UTF-16 is 0 where the text is in Latin letters. */
function nulReason(piece: Uint8Array): string {
  const start = piece.subarray(0, 1_000);
  const nuls = start.filter((byte) => byte === 0).length;
  return nuls > start.length * 0.3 && nuls < start.length * 0.7
    ? "The text seems to be UTF-16. Save it as UTF-8 and send it again."
    : "The content is binary, not text. Check that this is the right file.";
}

function linesBeforeMistake(whole: Uint8Array): number {
  let lines = 0;
  let start = 0;
  for (let end = whole.indexOf(0x0a); end >= 0; end = whole.indexOf(0x0a, start)) {
    if (!isUtf8(whole.subarray(start, end))) break;
    lines++;
    start = end + 1;
  }
  return lines;
}

function notUtf8(line: number): Refusal {
  return new Refusal(
    `The text is not UTF-8: line ${line} has bytes of another encoding, such as Windows-1252 or Latin-1. ` +
      "Save it as UTF-8 (in Excel: “CSV UTF-8”) and send it again.",
  );
}

function countLines(whole: Uint8Array): number {
  let lines = 0;
  for (let at = whole.indexOf(0x0a); at >= 0; at = whole.indexOf(0x0a, at + 1)) lines++;
  return lines;
}
