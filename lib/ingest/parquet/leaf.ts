import type { SchemaTree } from "hyparquet";
import { Refusal } from "../refusal";
import { quoted } from "./damage";

/** What a leaf's values mean, by its logical type, or by the older converted type where it has none. */
type Meaning =
  | {
      readonly kind:
        | "boolean"
        | "float"
        | "float16"
        | "date"
        | "uuid"
        | "text"
        | "bytes"
        | "int96"
        | "nothing";
    }
  | { readonly kind: "integer"; readonly isSigned: boolean }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "timestamp" | "time"; readonly unit: TimeUnit };

/** Digits of a second's fraction. */
export type TimeUnit = 3 | 6 | 9;

/** A column of the file: a leaf of the schema. */
export interface Leaf {
  /** Of the columns of a row group. */
  readonly index: number;
  /** From the root to the leaf. */
  readonly path: readonly SchemaTree[];
  readonly meaning: Meaning;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
}

/** A column of the table: one leaf, or a tree of them that becomes JSON. */
export interface Field {
  readonly tree: SchemaTree;
  readonly leaves: readonly Leaf[];
  readonly isFlat: boolean;
}

/** The fields of a table in order. Throws a Refusal for what cannot be read. */
export function readFields(trees: readonly SchemaTree[], root: SchemaTree): Field[] {
  let index = 0;
  const leavesOf = (path: readonly SchemaTree[]): Leaf[] => {
    const tree = path.at(-1);
    if (!tree) return [];
    if (tree.element.logical_type?.type === "VARIANT") {
      throw new Refusal(`The column ${quoted(tree.path.join("."))} is a VARIANT. Write it as JSON text.`);
    }
    if (tree.children.length > 0) return tree.children.flatMap((child) => leavesOf([...path, child]));
    const below = path.slice(1);
    return [
      {
        index: index++,
        path,
        meaning: meaningOf(tree),
        maxDefinition: below.filter(({ element }) => element.repetition_type !== "REQUIRED").length,
        maxRepetition: below.filter(({ element }) => element.repetition_type === "REPEATED").length,
      },
    ];
  };
  return trees.map((tree) => ({
    tree,
    leaves: leavesOf([root, tree]),
    isFlat: tree.children.length === 0 && tree.element.repetition_type !== "REPEATED",
  }));
}

const unitDigits = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

function meaningOf({ element, path }: SchemaTree): Meaning {
  const { type, logical_type: logical, converted_type: converted } = element;
  switch (type) {
    case "BOOLEAN":
      return { kind: "boolean" };
    case "FLOAT":
    case "DOUBLE":
      return { kind: "float" };
    case "INT96":
      return { kind: "int96" };
    case "INT32":
    case "INT64":
      return integerMeaning(element);
    case "BYTE_ARRAY":
    case "FIXED_LEN_BYTE_ARRAY":
      break;
    default:
      throw new Refusal(
        `The column ${quoted(path.join("."))} has no type that is known here. Write it as text.`,
      );
  }
  const decimal = decimalMeaning(element);
  if (decimal) return decimal;
  if (logical?.type === "UUID" && element.type_length === 16) return { kind: "uuid" };
  if (logical?.type === "FLOAT16" && element.type_length === 2) return { kind: "float16" };
  const named = logical?.type ?? converted;
  if (named === "STRING" || named === "UTF8" || named === "ENUM" || named === "JSON") return { kind: "text" };
  return { kind: "bytes" };
}

function integerMeaning(element: SchemaTree["element"]): Meaning {
  const { type, logical_type: logical, converted_type: converted } = element;
  const decimal = decimalMeaning(element);
  if (decimal) return decimal;
  if (logical?.type === "NULL") return { kind: "nothing" };
  if (logical?.type === "DATE" || converted === "DATE") return { kind: "date" };
  if (logical?.type === "TIMESTAMP") return { kind: "timestamp", unit: unitDigits[logical.unit] };
  if (converted === "TIMESTAMP_MILLIS") return { kind: "timestamp", unit: 3 };
  if (converted === "TIMESTAMP_MICROS") return { kind: "timestamp", unit: 6 };
  if (logical?.type === "TIME") return { kind: "time", unit: unitDigits[logical.unit] };
  if (converted === "TIME_MILLIS") return { kind: "time", unit: 3 };
  if (converted === "TIME_MICROS") return { kind: "time", unit: 6 };
  const isSigned =
    logical?.type === "INTEGER" ? logical.isSigned : !converted?.startsWith("UINT_") || type === undefined;
  return { kind: "integer", isSigned };
}

function decimalMeaning(element: SchemaTree["element"]): Meaning | undefined {
  const { logical_type: logical, converted_type: converted } = element;
  if (logical?.type === "DECIMAL")
    return { kind: "decimal", precision: logical.precision, scale: logical.scale };
  if (converted !== "DECIMAL") return undefined;
  return { kind: "decimal", precision: element.precision ?? 0, scale: element.scale ?? 0 };
}
