import { formatBytes } from "@/lib/base/bytes";
import { uint8At } from "@/lib/base/checked";
import { Refusal } from "../refusal";
import { splitRecord } from "./csv-record";
import { type ScanLimits, scanHeadBytes } from "./scan";
import { shapeBytes, shapeOf } from "./value-shape";

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const space = 0x20;
const tab = 0x09;

/** ClickHouse's CSV reader takes any delimiter but tab and space: tabs between fields are replaced by this. */
const unitSeparator = 0x1f;

const maxHeaderBytes = 1024 * 1024;

/**
 * Reads CSV as bytes in one pass without keeping any of it: counts rows, checks that each has as many fields
 * as the header and is quoted rightly (with the line number where not), and marks what the values of each
 * column look like. The rules of quoting are those of ClickHouse's reader: a quote opens only at a field's
 * start, and is doubled inside.
 */
export class CsvScan {
  readonly #delimiter: number;
  /** The delimiter that the bytes have when they were pushed. */
  readonly storedDelimiter: string;
  readonly #limits: ScanLimits;
  /** closed: right behind a second quote. after: behind that and spaces. */
  #state: "start" | "plain" | "quoted" | "closed" | "after" = "start";
  /** Bytes before the chunk in hand. */
  #offset = 0;
  #line = 1;
  #rowLine = 1;
  #rowStart = 0;
  #column = 0;
  #isBlankRow = true;
  #blankLine: number | undefined;
  readonly #value = new Uint8Array(shapeBytes);
  #valueLength = 0;
  /** Undefined once the header was read. */
  #headerBytes: number[] | undefined = [];
  #header: readonly string[] = [];
  #marks = new Uint8Array(0);
  /** 1 for a byte that has a meaning outside of quotes. */
  readonly #meaning = new Uint8Array(256);

  /** Where the first row begins: just behind the header. */
  bodyStart = 0;
  /** End of the last row that is whole within the head; the first row always counts. */
  headEnd = 0;
  rows = 0;

  constructor(delimiter: string, limits: ScanLimits) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.storedDelimiter = delimiter === "\t" ? String.fromCharCode(unitSeparator) : delimiter;
    this.#limits = limits;
    for (const byte of [newline, carriageReturn, quote, space, tab, this.#delimiter]) this.#meaning[byte] = 1;
  }

  /** The header's fields as written, or none before the header was read. */
  get header(): readonly string[] {
    return this.#header;
  }

  /** The marks (value-shape) of a column's values. */
  marksOf(column: number): number {
    return uint8At(this.#marks, column);
  }

  /** Reads the next bytes. Tabs between fields are replaced in place (`storedDelimiter`). */
  push(chunk: Uint8Array): void {
    for (let i = 0; i < chunk.length; i++) {
      const plainEnd = this.#state === "quoted" ? this.#quotedEnd(chunk, i) : this.#plainEnd(chunk, i);
      if (plainEnd > i) {
        this.#keepRun(chunk, i, plainEnd);
        i = plainEnd;
        if (i === chunk.length) break;
      }
      const byte = chunk[i] as number; // i < length
      this.#headerBytes?.push(byte);
      if (byte === newline) this.#line++;
      if (this.#state === "quoted") {
        if (byte === quote) this.#state = "closed";
        else this.#keep(byte);
      } else if (byte === newline) this.#endRow(this.#offset + i + 1);
      else if (byte === this.#delimiter) {
        if (byte === tab) chunk[i] = unitSeparator;
        this.#endField();
        this.#isBlankRow = false;
      } else if (byte === space || byte === tab || byte === carriageReturn) {
        if (this.#state === "plain") this.#keep(byte);
        else if (this.#state === "closed") this.#state = "after";
      } else this.#character(byte);
    }
    this.#offset += chunk.length;
    // A row that does not end.
    if (this.#offset - this.#rowStart > this.#limits.maxRowBytes) this.#refuseLongRow();
    if (this.#headerBytes && this.#headerBytes.length > maxHeaderBytes) this.#refuseLongRow();
  }

  /** Where a stretch ends of bytes that mean nothing but themselves, within quotes: most bytes are such. */
  #quotedEnd(chunk: Uint8Array, from: number): number {
    let end = from;
    while (end < chunk.length && chunk[end] !== quote && chunk[end] !== newline) end++;
    return end;
  }

  /** The same outside of quotes; none after a closing quote, where such a byte is not allowed. */
  #plainEnd(chunk: Uint8Array, from: number): number {
    if (this.#state !== "plain" && this.#state !== "start") return from;
    const meaning = this.#meaning;
    let end = from;
    while (end < chunk.length && meaning[chunk[end] as number] === 0) end++; // end < length
    if (end > from) {
      this.#isBlankRow = false;
      this.#state = "plain";
    }
    return end;
  }

  #keepRun(chunk: Uint8Array, from: number, end: number): void {
    const kept = Math.min(end, from + shapeBytes - this.#valueLength);
    for (let at = from, to = this.#valueLength; at < kept; at++, to++) this.#value[to] = chunk[at] as number;
    this.#valueLength += end - from;
    if (this.#headerBytes) for (let at = from; at < end; at++) this.#headerBytes.push(chunk[at] as number);
  }

  /** Call once behind the last byte. */
  end(): void {
    if (this.#state === "quoted") {
      throw new Refusal(`The quote in the row at line ${this.#rowLine} is never closed. Close it.`);
    }
    if (this.#offset > this.#rowStart) this.#endRow(this.#offset);
  }

  /** A byte outside quotes, neither delimiter nor space. */
  #character(byte: number): void {
    this.#isBlankRow = false;
    if (byte === quote && this.#state === "start") this.#state = "quoted";
    else if (byte === quote && this.#state === "closed") {
      this.#keep(quote);
      this.#state = "quoted";
    } else if (this.#state === "closed" || this.#state === "after") {
      throw new Refusal(
        `Line ${this.#line} has text behind a closing quote. Double the quotes that belong to the text.`,
      );
    } else {
      this.#keep(byte);
      this.#state = "plain";
    }
  }

  #keep(byte: number): void {
    if (this.#valueLength < shapeBytes) this.#value[this.#valueLength] = byte;
    this.#valueLength++;
  }

  #endField(): void {
    if (this.#column < this.#marks.length) {
      let length = this.#valueLength;
      if (length <= shapeBytes) while (length > 0 && uint8At(this.#value, length - 1) <= space) length--;
      this.#marks[this.#column] = this.marksOf(this.#column) | shapeOf(this.#value, length);
    }
    this.#column++;
    this.#valueLength = 0;
    this.#state = "start";
  }

  #endRow(end: number): void {
    if (end - this.#rowStart > this.#limits.maxRowBytes) this.#refuseLongRow();
    const isBlank = this.#isBlankRow;
    this.#endField();
    if (this.#headerBytes) this.#endHeader(this.#headerBytes, isBlank, end);
    else if (isBlank) this.#blankLine ??= this.#rowLine;
    else this.#endDataRow(this.#column, end);
    this.#column = 0;
    this.#isBlankRow = true;
    this.#rowStart = end;
    this.#rowLine = this.#line;
  }

  #endHeader(bytes: readonly number[], isBlank: boolean, end: number): void {
    if (isBlank) throw new Refusal("The first line is empty. It has to hold the names of the columns.");
    this.#header = splitRecord(
      new TextDecoder().decode(Uint8Array.from(bytes)),
      String.fromCharCode(this.#delimiter),
    );
    this.#headerBytes = undefined;
    this.#marks = new Uint8Array(this.#header.length);
    this.bodyStart = end;
    this.headEnd = end;
  }

  #endDataRow(fields: number, end: number): void {
    if (this.#blankLine !== undefined) {
      throw new Refusal(`Line ${this.#blankLine} is empty in the middle of the table. Remove it.`);
    }
    if (fields !== this.#header.length) {
      throw new Refusal(
        `Line ${this.#rowLine} has ${fields} ${fields === 1 ? "field" : "fields"} where the header has ` +
          `${this.#header.length}. Give every row the same number, and quote values that hold the delimiter.`,
      );
    }
    this.rows++;
    if (this.rows === 1 || end - this.bodyStart <= scanHeadBytes) this.headEnd = end;
  }

  #refuseLongRow(): never {
    throw new Refusal(
      `The row at line ${this.#rowLine} is longer than ${formatBytes(this.#limits.maxRowBytes)}. ` +
        "Look for a quote there that is not closed.",
    );
  }
}
