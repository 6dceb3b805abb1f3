import { addToUint32, at, uint8At, uint32At } from "@/lib/base/checked";
import type { Steps } from "@/lib/base/steps";
import { doubleToText } from "@/lib/trace/content/otlp-value";
import { type Attribute, type AttributeType, attributeTypes } from "@/lib/trace/span";
import { BadPackedBytes, type ByteReader, type ByteWriter } from "./bytes";
import { packNumbers, skipNumbers, unpackNumbers } from "./numbers";
import {
  allTexts,
  type DistinctTexts,
  packTexts,
  skipTexts,
  unpackDistinctTexts,
  unpackTexts,
} from "./texts";

/**
 * The attributes of many owners (spans, events, links, resources) as one column for each key and type. An owner's
 * own order of keys is kept: the few lists of keys that occur are written once, and each owner names its own.
 */

interface Column {
  readonly key: string;
  readonly type: AttributeType;
  readonly values: string[];
}

export function packAttributes(writer: ByteWriter, owners: readonly (readonly Attribute[])[]): void {
  const columns: Column[] = [];
  const columnsOf = new Map<string, Map<AttributeType, number>>();
  const layouts = new Map<string, number>();
  const layoutOf = owners.map((attributes) => {
    const layout = attributes.map(({ key, type, value }) => {
      let byType = columnsOf.get(key);
      if (!byType) {
        byType = new Map();
        columnsOf.set(key, byType);
      }
      const column = byType.get(type) ?? columns.push({ key, type, values: [] }) - 1;
      byType.set(type, column);
      at(columns, column).values.push(value);
      return column;
    });
    const name = layout.join();
    const known = layouts.get(name) ?? layouts.size;
    layouts.set(name, known);
    return known;
  });
  writer.count(columns.length);
  packTexts(
    writer,
    columns.map(({ key }) => key),
  );
  for (const { type } of columns) writer.byte(attributeTypes.indexOf(type));
  writer.count(layouts.size);
  for (const layout of layouts.keys()) {
    const ids = layout === "" ? [] : layout.split(",").map(Number);
    writer.count(ids.length);
    for (const id of ids) writer.count(id);
  }
  packNumbers(writer, layoutOf);
  for (const { type, values } of columns) packValues(writer, type, values);
}

/** One key of one type, with the values of all owners that have it, which are unpacked when they are asked for. */
export interface PackedColumn {
  readonly key: string;
  readonly type: AttributeType;
  readonly count: number;
  /** Every value is the text of a number. */
  readonly isNumeric: boolean;
  readonly values: () => DistinctTexts;
}

export interface PackedAttributes {
  readonly columns: readonly PackedColumn[];
  /** Lists of columns, in the order in which an owner has their keys. */
  readonly layouts: readonly (readonly number[])[];
  /** Which list each owner has. */
  readonly layoutOf: Float64Array;
}

/** Reads past all attributes and unpacks none of them. */
export function readAttributes(reader: ByteReader, owners: number): PackedAttributes {
  const columnCount = reader.countUpTo(maxColumns);
  const keys = unpackTexts(reader, columnCount);
  const types = keys.map(() => at(attributeTypes, reader.byte()));
  const layouts = Array.from({ length: reader.countUpTo(maxColumns) }, () =>
    Array.from({ length: reader.countUpTo(maxColumns) }, () => reader.count()),
  );
  const layoutOf = unpackNumbers(reader, owners);
  const counts = new Uint32Array(columnCount);
  for (const layout of layoutOf) for (const column of at(layouts, layout)) addToUint32(counts, column, 1);
  const columns = keys.map((key, column): PackedColumn => {
    const type = at(types, column);
    const count = uint32At(counts, column);
    return { key, type, count, ...readValues(reader, type, count) };
  });
  return { columns, layouts, layoutOf };
}

/** The attributes of each owner, in the order in which they were packed. */
export function allAttributes({ columns, layouts, layoutOf }: PackedAttributes): Attribute[][] {
  const values = columns.map(({ values }) => allTexts(values()));
  const next = new Uint32Array(columns.length);
  return Array.from(layoutOf, (layout) =>
    at(layouts, layout).map((column) => {
      const { key, type } = at(columns, column);
      const row = uint32At(next, column);
      next[column] = row + 1;
      return { key, value: at(at(values, column), row), type };
    }),
  );
}

/**
 * Marks the owners that have a value which passes the test of its column; a column without a test is not unpacked.
 * Of every column each different text is tested once.
 */
export function* markOwners(
  { columns, layouts, layoutOf }: PackedAttributes,
  testOf: (column: PackedColumn) => ((value: string) => boolean) | undefined,
  marks: Uint8Array,
): Steps<void> {
  /** For each column of which a value passes, whether its values do, one after the other. */
  const passing = new Map<number, { readonly rows: Uint8Array; next: number }>();
  for (const [index, column] of columns.entries()) {
    const test = column.count > 0 ? testOf(column) : undefined;
    const rows = test && (yield* passingRows(column.values(), test));
    if (rows) passing.set(index, { rows, next: 0 });
  }
  if (passing.size === 0) return;
  const wanted = layouts.map((layout) => layout.flatMap((column) => passing.get(column) ?? []));
  for (const [owner, layout] of layoutOf.entries()) {
    for (const column of at(wanted, layout)) {
      if (uint8At(column.rows, column.next++) === 1) marks[owner] = 1;
    }
  }
}

/** Text per step: an expression takes a few milliseconds for this much. */
const stepChars = 20_000;
/** What a short text counts for at least. */
const minChars = 40;

/** 1 for every row whose text passes; undefined where none does. */
export function* passingRows(
  { texts, rows }: DistinctTexts,
  test: (text: string) => boolean,
): Steps<Uint8Array | undefined> {
  const ofText = new Uint8Array(texts.length);
  let some = false;
  let chars = 0;
  for (const [i, text] of texts.entries()) {
    chars += Math.max(minChars, text.length);
    if (chars > stepChars) {
      yield;
      chars = 0;
    }
    if (!test(text)) continue;
    ofText[i] = 1;
    some = true;
  }
  if (!some) return undefined;
  if (!rows) return ofText;
  return Uint8Array.from(rows, (text) => uint8At(ofText, text));
}

/** Our blocks never have more keys, key lists or keys in a list; a larger claim would only cost memory. */
const maxColumns = 1_000_000;

const forms = { texts: 0, whole: 1, decimal: 2, doubles: 3 } as const;

/** Numbers as numbers where their texts come back from them, digit by digit. */
function packValues(writer: ByteWriter, type: AttributeType, values: readonly string[]): void {
  const numbers = type === "int" || type === "double" ? values.map(Number) : [];
  if (type === "int" && numbers.every((n, i) => Number.isSafeInteger(n) && String(n) === values[i])) {
    writer.byte(forms.whole);
    packNumbers(writer, numbers);
    return;
  }
  if (type === "double" && numbers.every((n, i) => doubleToText(n) === values[i])) {
    packDecimals(writer, values, numbers);
    return;
  }
  writer.byte(forms.texts);
  packTexts(writer, values);
}

/** Measured values have few digits: as whole numbers of the smallest unit they take a third of a double. */
function packDecimals(writer: ByteWriter, values: readonly string[], numbers: readonly number[]): void {
  const digits = Math.max(
    0,
    ...values.map((value) => value.length - 1 - value.indexOf(".")).filter((n) => n < 16),
  );
  const unit = 10 ** digits;
  const whole = numbers.map((number) => Math.round(number * unit));
  const isExact = whole.every((n, i) => Number.isSafeInteger(n) && doubleToText(n / unit) === values[i]);
  writer.byte(isExact ? forms.decimal : forms.doubles);
  if (isExact) writer.byte(digits);
  packNumbers(writer, isExact ? whole : numbers);
}

function readValues(
  reader: ByteReader,
  type: AttributeType,
  count: number,
): Pick<PackedColumn, "isNumeric" | "values"> {
  const form = reader.byte();
  if (form === forms.texts) {
    return {
      isNumeric: false,
      values: reader.later(
        (part) => skipTexts(part, count),
        (part) => unpackDistinctTexts(part, count),
      ),
    };
  }
  const unit = form === forms.decimal ? 10 ** reader.byte() : 1;
  const toText = form === forms.whole ? String : (value: number) => doubleToText(value / unit);
  if (form !== forms.whole && form !== forms.decimal && form !== forms.doubles) {
    throw new BadPackedBytes(`Values of type ${type} are of no known form.`);
  }
  return {
    isNumeric: true,
    values: reader.later(
      (part) => skipNumbers(part, count),
      (part) => ({ texts: Array.from(unpackNumbers(part, count), toText) }),
    ),
  };
}
