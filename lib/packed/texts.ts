import { at, first, uint8At } from "@/lib/base/checked";
import { BadPackedBytes, type ByteReader, type ByteWriter } from "./bytes";
import { packNumbers, skipNumbers, unpackNumbers } from "./numbers";

/**
 * Columns of texts. Identifiers, addresses and statements are mostly the same text around a few numbers, so such a
 * column is taken apart: the texts between the words, which few values share among them, and for each place of a
 * word a column of its own, of numbers, of hex digits packed to bytes, or of words. (The idea is that of CLP,
 * Rodrigues et al., OSDI 2021.) Random ids and numbers then take the bytes that they are worth, where zipped text
 * takes half as much again.
 */

const kinds = { plain: 0, dictionary: 1, numbers: 2, hex: 3, shapes: 4, json: 5 } as const;

/** Any texts. The caller passes their count to the reader. */
export function packTexts(writer: ByteWriter, values: readonly string[]): void {
  packWords(writer, values, true);
}

function packWords(writer: ByteWriter, values: readonly string[], mayHaveShapes: boolean): void {
  const index = new Map<string, number>();
  const indexes = Float64Array.from(values, (value) => {
    const known = index.get(value) ?? index.size;
    index.set(value, known);
    return known;
  });
  // A dictionary pays once values occur twice on average.
  if (values.length > 0 && index.size * 2 <= values.length) {
    writer.byte(kinds.dictionary);
    const distinct = [...index.keys()];
    writer.count(distinct.length);
    packWords(writer, distinct, mayHaveShapes);
    packNumbers(writer, indexes);
  } else if (values.every(isPlainNumber)) {
    writer.byte(kinds.numbers);
    packNumbers(writer, values.map(Number));
  } else if (areHex(values)) packHex(writer, values);
  else if (!mayHaveShapes || !packShapes(writer, values)) packPlain(writer, values);
}

export function unpackTexts(reader: ByteReader, count: number): string[] {
  const kind = reader.byte();
  switch (kind) {
    case kinds.plain:
      return unpackPlain(reader, count);
    case kinds.dictionary: {
      const texts = unpackTexts(reader, reader.countUpTo(count));
      return Array.from(unpackNumbers(reader, count), (index) => at(texts, index));
    }
    case kinds.numbers:
      return Array.from(unpackNumbers(reader, count), String);
    case kinds.hex:
      return unpackHex(reader, count);
    case kinds.shapes:
      return unpackShapes(reader, count);
    case kinds.json: {
      const texts: unknown = JSON.parse(reader.text());
      if (Array.isArray(texts) && texts.length === count) return texts.map(String);
      throw new BadPackedBytes("A column of texts is not as long as it should be.");
    }
    default:
      throw new BadPackedBytes("A column is of no known kind.");
  }
}

/** Passes over what `unpackTexts` would read. */
export function skipTexts(reader: ByteReader, count: number): void {
  const kind = reader.byte();
  switch (kind) {
    case kinds.plain:
      skipNumbers(reader, count);
      reader.skipText();
      return;
    case kinds.dictionary:
      skipTexts(reader, reader.countUpTo(count));
      skipNumbers(reader, count);
      return;
    case kinds.numbers:
      skipNumbers(reader, count);
      return;
    case kinds.hex:
      reader.bytes(Math.ceil(reader.count() / 2) * count);
      return;
    case kinds.shapes: {
      const { keys, rows } = unpackRows(reader, count);
      for (const [shape, between] of keys.entries()) {
        for (let place = 1; place < between.length; place++) skipTexts(reader, at(rows, shape).length);
      }
      return;
    }
    case kinds.json:
      reader.skipText();
      return;
    default:
      throw new BadPackedBytes("A column is of no known kind.");
  }
}

/** The texts of a column, those that occur often once. */
export interface DistinctTexts {
  readonly texts: readonly string[];
  /** For each row the index of its text; absent where row i has text i. */
  readonly rows?: Float64Array;
}

/** What `unpackTexts` reads, as it was packed: so that a test of a text is made once for all rows that have it. */
export function unpackDistinctTexts(reader: ByteReader, count: number): DistinctTexts {
  if (reader.peek() !== kinds.dictionary) return { texts: unpackTexts(reader, count) };
  reader.byte();
  const texts = unpackTexts(reader, reader.countUpTo(count));
  return { texts, rows: unpackNumbers(reader, count) };
}

/** The text of each row. Throws RangeError where a row has a text that there is not. */
export function allTexts({ texts, rows }: DistinctTexts): readonly string[] {
  if (!rows) return texts;
  const all: string[] = [];
  for (const text of rows) all.push(at(texts, text));
  return all;
}

/** Digits that their number gives back. */
function isPlainNumber(text: string): boolean {
  return text.length <= 15 && /^(?:0|[1-9]\d*)$/.test(text);
}

function areHex(values: readonly string[]): boolean {
  const length = values[0]?.length;
  return (
    length !== undefined &&
    length >= 2 &&
    values.every((value) => value.length === length && /^[0-9a-f]+$/.test(value))
  );
}

/** Texts of one length, two digits a byte; an odd one at the end has a byte of its own. Bytes are stored in planes. */
function packHex(writer: ByteWriter, values: readonly string[]): void {
  const digits = first(values).length;
  writer.byte(kinds.hex);
  writer.count(digits);
  const count = values.length;
  const bytes = writer.reserve(Math.ceil(digits / 2) * count);
  for (const [i, value] of values.entries()) {
    for (let digit = 0; digit < digits; digit += 2) {
      bytes[(digit / 2) * count + i] = Number.parseInt(value.slice(digit, digit + 2), 16);
    }
  }
}

function unpackHex(reader: ByteReader, count: number): string[] {
  const digits = reader.count();
  const width = Math.ceil(digits / 2);
  const bytes = reader.bytes(width * count);
  const texts = new Array<string>(count).fill("");
  for (let plane = 0; plane < width; plane++) {
    const pairs = digits - 2 * plane === 1 ? hexDigits : hexPairs;
    for (let i = 0; i < count; i++) texts[i] += at(pairs, uint8At(bytes, plane * count + i));
  }
  return texts;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16));

/** More than this is prose, which a compressor handles best unchanged. */
const maxWords = 60;
const maxShapes = 64;

interface Shape {
  readonly number: number;
  /** For each place of a word, the words of the rows. */
  readonly words: string[][];
}

/** False, with nothing written, where the values have too little in common. */
function packShapes(writer: ByteWriter, values: readonly string[]): boolean {
  const shapes = new Map<string, Shape>();
  const most = Math.min(maxShapes, Math.ceil(values.length / 8));
  const ofRow: number[] = [];
  for (const value of values) {
    if (value.length > 2_000) return false;
    const words = value.match(/[0-9A-Za-z]+/g) ?? [];
    if (words.length > maxWords) return false;
    // No value holds a lone surrogate, which the plain form would lose: a NUL stands for the place of a word.
    const key = value.replaceAll(/[0-9A-Za-z]+/g, "\0");
    if (value.includes("\0") || !isWellFormed(value)) return false;
    let shape = shapes.get(key);
    if (!shape) {
      if (shapes.size >= most) return false;
      shape = { number: shapes.size, words: words.map(() => []) };
      shapes.set(key, shape);
    }
    ofRow.push(shape.number);
    for (const [place, word] of words.entries()) at(shape.words, place).push(word);
  }
  const hasNumbers = [...shapes.values()].some(({ words }) =>
    words.some((column) => new Set(column).size > 1 && (column.every(isPlainNumber) || areHex(column))),
  );
  if (!hasNumbers) return false;
  writer.byte(kinds.shapes);
  writer.count(shapes.size);
  for (const key of shapes.keys()) writer.text(key);
  packNumbers(writer, ofRow);
  for (const { words } of shapes.values()) for (const column of words) packWords(writer, column, false);
  return true;
}

/** The shapes, each as the texts between its words, and the rows that have it. */
function unpackRows(reader: ByteReader, count: number) {
  const keys = Array.from({ length: reader.countUpTo(maxShapes) }, () => reader.text().split("\0"));
  const rows = keys.map((): number[] => []);
  const shapeOf = unpackNumbers(reader, count);
  for (const [row, shape] of shapeOf.entries()) at(rows, shape).push(row);
  return { keys, rows };
}

function unpackShapes(reader: ByteReader, count: number): string[] {
  const { keys, rows } = unpackRows(reader, count);
  const texts = new Array<string>(count).fill("");
  for (const [shape, between] of keys.entries()) {
    const of = at(rows, shape);
    // Most words are the same in all rows: they are joined once to their surroundings.
    let piece = first(between);
    const pieces: string[] = [];
    const columns: (readonly string[])[] = [];
    for (const after of between.slice(1)) {
      const column = unpackDistinctTexts(reader, of.length);
      if (column.texts.length === 1) piece += `${first(column.texts)}${after}`;
      else {
        columns.push(allTexts(column));
        pieces.push(piece);
        piece = after;
      }
    }
    for (const [i, row] of of.entries()) {
      let text = "";
      for (let place = 0; place < columns.length; place++) {
        text += `${at(pieces, place)}${at(at(columns, place), i)}`;
      }
      texts[row] = text + piece;
    }
  }
  return texts;
}

function packPlain(writer: ByteWriter, values: readonly string[]): void {
  // UTF-8 has no place for halves of characters, JSON has.
  if (!values.every(isWellFormed)) {
    writer.byte(kinds.json);
    writer.text(JSON.stringify(values));
    return;
  }
  writer.byte(kinds.plain);
  packNumbers(
    writer,
    values.map((value) => value.length),
  );
  writer.text(values.join(""));
}

function unpackPlain(reader: ByteReader, count: number): string[] {
  const lengths = unpackNumbers(reader, count);
  const all = reader.text();
  let from = 0;
  return Array.from(lengths, (length) => {
    const text = all.slice(from, from + length);
    from += length;
    return text;
  });
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
