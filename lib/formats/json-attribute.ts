import { fieldOf, isRecord } from "@/lib/base/json-fields";
import { parseLosslessJson } from "@/lib/otlp/json/lossless-json";
import {
  doubleToText,
  isInt64,
  maxValueDepth,
  type OtlpValue,
  valueToText,
} from "@/lib/trace/content/otlp-value";
import type { Attribute, AttributeType } from "@/lib/trace/span";

/**
 * Attributes as plain JSON values, for formats that know no types, and back. Whole numbers are ints, others
 * doubles, null is empty. What would come back as something else (a double 3, an int beyond 2^53, bytes) is
 * written as its text, and the writer notes its type beside it.
 */

/** The attribute that a JSON value stands for, by itself. */
export function jsonToAttribute(key: string, json: unknown): Attribute {
  const value = jsonToValue(json, 0);
  return { key, type: value.type, value: valueToText(value) };
}

function jsonToValue(json: unknown, depth: number): OtlpValue {
  if (typeof json === "string") return { type: "string", text: json };
  if (typeof json === "boolean") return { type: "bool", text: String(json) };
  if (typeof json === "number") {
    const isInt = Number.isSafeInteger(json) && !Object.is(json, -0);
    return isInt ? { type: "int", text: String(json) } : { type: "double", text: doubleToText(json) };
  }
  if (json === null || json === undefined) return { type: "empty", text: "" };
  if (depth >= maxValueDepth) return { type: "string", text: JSON.stringify(json) };
  if (Array.isArray(json)) return { type: "array", values: json.map((of) => jsonToValue(of, depth + 1)) };
  const fields = isRecord(json) ? json : {};
  const entries = Object.keys(fields).map((key): readonly [string, OtlpValue] => [
    key,
    jsonToValue(fieldOf(fields, key), depth + 1),
  ]);
  return { type: "kvlist", entries };
}

/** JSON text for an attribute's value; `exact` is its type where the JSON alone would not come back as it. */
export function attributeToJson({ key, type, value }: Attribute): {
  readonly json: string;
  readonly exact?: AttributeType;
} {
  const plain = plainJson(type, value);
  if (plain !== undefined) {
    const back = type === "string" ? undefined : jsonToAttribute(key, parsedOrUndefined(plain));
    if (!back || (back.type === type && back.value === value)) return { json: plain };
  }
  return { json: JSON.stringify(value), exact: type };
}

function plainJson(type: AttributeType, value: string): string | undefined {
  switch (type) {
    case "string":
      return JSON.stringify(value);
    case "bool":
      return value === "true" || value === "false" ? value : undefined;
    case "int":
      return isInt64(value) ? value : undefined;
    case "double":
      return value.trim() !== "" && doubleToText(Number(value)) === value ? value : undefined;
    case "empty":
      return value === "" ? "null" : undefined;
    case "array":
    case "kvlist":
      return value;
    case "bytes":
      return undefined;
  }
}

/** As a reader of the file will have it: long whole numbers as texts. */
function parsedOrUndefined(json: string): unknown {
  // Nearly all are short numbers and words, for which this is all there is to it.
  if (json.length < 16 && /^[\d.truefalsn-]+$/.test(json)) {
    try {
      return JSON.parse(json);
    } catch {
      return undefined;
    }
  }
  try {
    return parseLosslessJson(json, 100_000);
  } catch {
    return undefined;
  }
}
