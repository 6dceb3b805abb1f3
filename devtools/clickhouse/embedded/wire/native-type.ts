import { EngineError } from "../process/engine-error";

/** Layout of a column of a type in the Native format. */
export type NativeType =
  | { kind: "fixed"; bytes: number }
  | { kind: "string" }
  /** LowCardinality: its one element is the type of the dictionary's keys, never nullable. */
  | { kind: "dictionary"; elements: readonly [NativeType] }
  /** Offsets, then the elements, one column each. */
  | { kind: "array"; elements: readonly NativeType[] }
  | { kind: "nullable"; elements: readonly NativeType[] }
  | { kind: "tuple"; elements: readonly NativeType[] };

const widths: Record<string, number> = {
  Nothing: 1,
  Bool: 1,
  Int8: 1,
  UInt8: 1,
  Enum8: 1,
  Int16: 2,
  UInt16: 2,
  Enum16: 2,
  Date: 2,
  BFloat16: 2,
  Int32: 4,
  UInt32: 4,
  Float32: 4,
  Date32: 4,
  DateTime: 4,
  Time: 4,
  IPv4: 4,
  Int64: 8,
  UInt64: 8,
  Float64: 8,
  DateTime64: 8,
  Time64: 8,
  Int128: 16,
  UInt128: 16,
  UUID: 16,
  IPv6: 16,
  Int256: 32,
  UInt256: 32,
};

const float64: NativeType = { kind: "fixed", bytes: 8 };
const point: NativeType = { kind: "tuple", elements: [float64, float64] };
const arrayOf = (element: NativeType): NativeType => ({ kind: "array", elements: [element] });
const shapes: Record<string, NativeType> = {
  Point: point,
  Ring: arrayOf(point),
  LineString: arrayOf(point),
  MultiLineString: arrayOf(arrayOf(point)),
  Polygon: arrayOf(arrayOf(point)),
  MultiPolygon: arrayOf(arrayOf(arrayOf(point))),
};

/** Reads a type's name. Throws for types whose layout is not known here. */
export function parseNativeType(text: string): NativeType {
  const open = text.indexOf("(");
  const name = open < 0 ? text : text.slice(0, open);
  const args = open < 0 ? [] : splitArguments(text.slice(open + 1, -1));
  const bytes = widths[name] ?? decimalBytes(name, args);
  if (bytes !== undefined) return { kind: "fixed", bytes };
  if (name.startsWith("Interval")) return { kind: "fixed", bytes: 8 };
  const elements = () => args.map((argument) => parseNativeType(argument));
  const shape = shapes[name];
  if (shape) return shape;
  if (name === "String") return { kind: "string" };
  if (name === "FixedString") return { kind: "fixed", bytes: Number(args[0]) };
  if (name === "Array") return { kind: "array", elements: elements() };
  if (name === "Map") return { kind: "array", elements: elements() };
  if (name === "Nested") return { kind: "array", elements: args.map(parseElement) };
  if (name === "Tuple") return { kind: "tuple", elements: args.map(parseElement) };
  if (name === "Nullable") return { kind: "nullable", elements: elements() };
  if (name === "SimpleAggregateFunction") return parseNativeType(args[1] ?? "");
  if (name === "LowCardinality") {
    const keys = /^Nullable\((.*)\)$/s.exec(args[0] ?? "")?.[1] ?? args[0] ?? "";
    return { kind: "dictionary", elements: [parseNativeType(keys)] };
  }
  const advice = "cast it to String, or read it in a text format";
  throw new EngineError(
    48,
    "NOT_IMPLEMENTED",
    `Type ${text} cannot be sent to this client in Native: ${advice}`,
  );
}

function decimalBytes(name: string, args: readonly string[]): number | undefined {
  if (name !== "Decimal") return undefined;
  const digits = Number(args[0]);
  return digits <= 9 ? 4 : digits <= 18 ? 8 : digits <= 38 ? 16 : 32;
}

/** An element of a tuple may have a name in front of its type. */
function parseElement(text: string): NativeType {
  if (text.startsWith("`")) return parseNativeType(text.replace(/^`(?:[^`\\]|\\.|``)*`\s+/s, ""));
  const space = /^[^\s('"]+\s+/.exec(text)?.[0];
  return parseNativeType(space === undefined ? text : text.slice(space.length));
}

/** Splits at commas outside brackets and quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === "`") {
      for (i++; i < text.length && text[i] !== c; i++) if (text[i] === "\\") i++;
    } else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === "," && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === "" ? parts : [...parts, last];
}
