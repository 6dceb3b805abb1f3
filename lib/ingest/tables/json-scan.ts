import { formatBytes } from "@/lib/base/bytes";
import { Refusal } from "../refusal";
import { type ScanLimits, scanHeadBytes } from "./scan";
import { shapeBytes, shapeOf } from "./value-shape";

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const maxNesting = 32;
const maxKeyBytes = 2_048;

/**
 * Reads JSON objects as bytes in one pass without keeping any of them: an array of objects, or objects one
 * behind the other (NDJSON). Counts rows, collects the keys of all rows (the database's reader sees the first
 * ones only), marks what the values look like, and bounds nesting and length. Whether it is right JSON
 * otherwise is for the database's reader to say.
 */
export class JsonScan {
  readonly #limits: ScanLimits;
  /** Brackets open around a row: 1 within an array, 0 for NDJSON. */
  #rowDepth: 0 | 1 = 0;
  #depth = 0;
  #isClosed = false;
  #inText = false;
  #isEscaped = false;
  /** In a row, outside of nested values: what comes next or is being read. */
  #expects: "key" | "colon" | "value" = "key";
  #isScalar = false;
  #keyBytes: number[] = [];
  #key = "";
  readonly #value = new Uint8Array(shapeBytes);
  #valueLength = 0;
  #offset = 0;
  #line = 1;
  #rowLine = 1;
  #rowStart = 0;
  readonly #marks = new Map<string, number>();

  headEnd = 0;
  rows = 0;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
  }

  get isArray(): boolean {
    return this.#rowDepth === 1;
  }

  /** The keys of all rows in the order in which they first occur. */
  get keys(): readonly string[] {
    return [...this.#marks.keys()];
  }

  /** The marks (value-shape) of a key's values. */
  marksOf(key: string): number {
    return this.#marks.get(key) ?? 0;
  }

  push(chunk: Uint8Array): void {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number; // i < length
      if (byte === newline) this.#line++;
      if (this.#inText) this.#textByte(byte);
      else if (byte > 0x20) this.#byte(byte, this.#offset + i);
      else this.#endScalar();
    }
    this.#offset += chunk.length;
    // An object that does not end.
    if (this.#depth > this.#rowDepth) this.#checkLength(this.#offset);
  }

  /** Call once behind the last byte. */
  end(): void {
    if (this.#inText || this.#depth > 0) {
      throw new Refusal(`The file ends within the object at line ${this.#rowLine}. It was probably cut off.`);
    }
  }

  get #isInRow(): boolean {
    return this.#depth === this.#rowDepth + 1;
  }

  #textByte(byte: number): void {
    const isEnd = byte === quote && !this.#isEscaped;
    this.#isEscaped = byte === backslash && !this.#isEscaped;
    if (!this.#isInRow) {
      if (isEnd) this.#inText = false;
    } else if (!isEnd) {
      if (this.#expects === "value") this.#keep(byte);
      else if (this.#keyBytes.push(byte) > maxKeyBytes) throw this.#broken("a key that is very long");
    } else {
      this.#inText = false;
      if (this.#expects === "value") this.#endValue();
      else this.#endKey();
    }
  }

  /** A byte outside quotes other than a space. */
  #byte(byte: number, at: number): void {
    if (byte === quote) {
      if (this.#depth <= this.#rowDepth) throw this.#noObject();
      this.#inText = true;
      this.#valueLength = 0;
      this.#keyBytes = [];
    } else if (byte === openBrace || byte === openBracket) this.#open(byte, at);
    else if (byte === closeBrace || byte === closeBracket) this.#close(at);
    else if (this.#depth <= this.#rowDepth) {
      if (byte !== comma || this.#isClosed) throw this.#noObject();
    } else if (this.#isInRow) {
      if (byte === comma) {
        this.#endScalar();
        this.#expects = "key";
      } else if (byte === colon) this.#expects = "value";
      else if (this.#expects === "value") {
        this.#isScalar = true;
        this.#keep(byte);
      }
    }
  }

  #open(byte: number, at: number): void {
    if (this.#isClosed) throw this.#broken("text behind the end of the array");
    if (this.#depth === 0 && this.rows === 0 && byte === openBracket) this.#rowDepth = 1;
    else if (this.#depth <= this.#rowDepth) {
      if (byte !== openBrace || this.#depth < this.#rowDepth) throw this.#noObject();
      this.#rowStart = at;
      this.#rowLine = this.#line;
      this.#expects = "key";
    }
    this.#depth++;
    if (this.#depth > maxNesting) {
      throw new Refusal(`Line ${this.#line} is nested deeper than ${maxNesting} levels. Flatten the values.`);
    }
  }

  #close(at: number): void {
    if (this.#isInRow) this.#endScalar();
    this.#depth--;
    if (this.#depth < 0) throw this.#broken("a bracket that was never opened");
    if (this.#depth === 0 && this.#rowDepth === 1) this.#isClosed = true;
    else if (this.#depth === this.#rowDepth) {
      this.rows++;
      const end = at + 1;
      this.#checkLength(end);
      if (this.rows === 1 || end <= scanHeadBytes) this.headEnd = end;
    }
  }

  #keep(byte: number): void {
    if (this.#valueLength < shapeBytes) this.#value[this.#valueLength] = byte;
    this.#valueLength++;
  }

  #endKey(): void {
    const written = new TextDecoder().decode(Uint8Array.from(this.#keyBytes));
    try {
      this.#key = String(JSON.parse(`"${written}"`));
    } catch {
      throw this.#broken("a key that is not valid JSON");
    }
    this.#expects = "colon";
    if (this.#marks.has(this.#key)) return;
    if (this.#marks.size >= this.#limits.maxColumns) {
      throw new Refusal(
        `The objects have more than ${this.#limits.maxColumns} different keys. Put what varies into rows.`,
      );
    }
    this.#marks.set(this.#key, 0);
  }

  #endScalar(): void {
    if (!this.#isScalar) return;
    this.#isScalar = false;
    // null, which says nothing about the type
    if (this.#value[0] === 0x6e) this.#valueLength = 0;
    else this.#endValue();
  }

  #endValue(): void {
    this.#marks.set(this.#key, this.marksOf(this.#key) | shapeOf(this.#value, this.#valueLength));
    this.#valueLength = 0;
  }

  #checkLength(end: number): void {
    if (end - this.#rowStart <= this.#limits.maxRowBytes) return;
    throw new Refusal(
      `The object at line ${this.#rowLine} is longer than ${formatBytes(this.#limits.maxRowBytes)}. ` +
        "Split it, or look for a bracket that is not closed.",
    );
  }

  #noObject(): Refusal {
    return new Refusal(
      `Line ${this.#line} holds something that is not an object. Send an array of objects, or one object a line.`,
    );
  }

  #broken(what: string): Refusal {
    return new Refusal(`Line ${this.#line} is not valid JSON: it has ${what}.`);
  }
}
