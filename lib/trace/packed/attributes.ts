import { doubleToText } from "../otlp/otlp-value";
import { type Attribute, type AttributeType, attributeTypes } from "../span";
import { BadPackedBytes, type ByteReader, type ByteWriter } from "./bytes";
import { packNumbers, unpackNumbers } from "./numbers";
import { packTexts, unpackTexts } from "./texts";

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
  const columnOf = new Map<string, number>();
  const layouts = new Map<string, number>();
  const layoutOf = owners.map((attributes) => {
    const layout = attributes.map(({ key, type, value }) => {
      const name = `${type} ${key}`;
      let at = columnOf.get(name);
      if (at === undefined) {
        at = columns.push({ key, type, values: [] }) - 1;
        columnOf.set(name, at);
      }
      columns[at]?.values.push(value);
      return at;
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

/** The attributes of each owner, in the order in which they were packed. */
export function unpackAttributes(reader: ByteReader, owners: number): Attribute[][] {
  const columnCount = boundedCount(reader);
  const keys = unpackTexts(reader, columnCount);
  const types = keys.map(() => attributeTypes[reader.byte()] ?? "string");
  const layouts = Array.from({ length: boundedCount(reader) }, () =>
    Array.from({ length: boundedCount(reader) }, () => reader.count()),
  );
  const layoutOf = unpackNumbers(reader, owners);
  const counts = new Array<number>(columnCount).fill(0);
  for (const layout of layoutOf) {
    for (const column of layouts[layout] ?? []) counts[column] = (counts[column] ?? 0) + 1;
  }
  const values = types.map((type, column) => unpackValues(reader, type, counts[column] ?? 0));
  const next = new Array<number>(columnCount).fill(0);
  return Array.from(layoutOf, (layout) =>
    (layouts[layout] ?? []).map((column) => {
      const at = next[column] ?? 0;
      next[column] = at + 1;
      return { key: keys[column] ?? "", value: values[column]?.[at] ?? "", type: types[column] ?? "string" };
    }),
  );
}

/** More keys, lists of keys or keys in a list than this no block of ours has: a lie that would take memory. */
const mostColumns = 1_000_000;

function boundedCount(reader: ByteReader): number {
  const count = reader.count();
  if (count > mostColumns) throw new BadPackedBytes("The attributes are more than there can be.");
  return count;
}

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

function unpackValues(reader: ByteReader, type: AttributeType, count: number): readonly string[] {
  const form = reader.byte();
  if (form === forms.texts) return unpackTexts(reader, count);
  if (form === forms.whole) return Array.from(unpackNumbers(reader, count), String);
  const unit = form === forms.decimal ? 10 ** reader.byte() : 1;
  if (form === forms.decimal || form === forms.doubles) {
    return Array.from(unpackNumbers(reader, count), (value) => doubleToText(value / unit));
  }
  throw new BadPackedBytes(`Values of type ${type} are of no known form.`);
}
