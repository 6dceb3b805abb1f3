import { normalBase64 } from "@/lib/base/base64";
import { type Fields, isRecord } from "@/lib/base/json-fields";
import { doubleToText, isInt64, type OtlpValue } from "@/lib/trace/content/otlp-value";
import { OtlpDecodeError } from "../otlp-limits";

/**
 * Fields of OTLP's JSON form by their type. Absent and null stand for the default. Each throws an OtlpDecodeError
 * that names the field where it holds anything else.
 */

function wrong(field: string, expected: string): OtlpDecodeError {
  return new OtlpDecodeError(
    `The body is no ExportTraceServiceRequest in JSON: ${field} must be ${expected}.`,
  );
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function objectOf(value: unknown, field: string): Fields {
  if (isRecord(value)) return value;
  throw wrong(field, "an object");
}

export function listOf(value: unknown, field: string): readonly unknown[] {
  if (!isSet(value)) return [];
  if (Array.isArray(value)) return value;
  throw wrong(field, "a list");
}

export function objectsOf(value: unknown, field: string): readonly Fields[] {
  return listOf(value, field).map((entry) => objectOf(entry, `an entry of ${field}`));
}

export function textOf(value: unknown, field: string): string {
  if (!isSet(value)) return "";
  if (typeof value === "string") return value;
  throw wrong(field, "text");
}

/** Text that is not hex is left alone: only that span is rejected. */
export function idOf(value: unknown, field: string): string {
  return textOf(value, field).toLowerCase();
}

export function booleanOf(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrong("boolValue", "true or false");
}

/** A whole number that was sent as a text or a number, in decimal digits; undefined for anything else. */
function wholeOf(value: unknown): bigint | undefined {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d{1,400}$/.test(value)) return BigInt(value);
  return undefined;
}

/** An int, in decimal digits. JavaScript's exporters send any whole number as one: beyond 64 bits it is a double. */
export function intOf(value: unknown): OtlpValue {
  const whole = wholeOf(value);
  if (whole === undefined) throw wrong("intValue", "a whole number of 64 bits");
  const text = String(whole);
  return isInt64(text) ? { type: "int", text } : { type: "double", text: doubleToText(Number(whole)) };
}

export function uint64Of(value: unknown, field: string): bigint {
  if (!isSet(value)) return 0n;
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= 0n && whole < 2n ** 64n) return whole;
  throw wrong(field, "a whole number of nanoseconds since 1970");
}

export function uint32Of(value: unknown, field: string): number {
  if (!isSet(value)) return 0;
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= 0n && whole < 2n ** 32n) return Number(whole);
  throw wrong(field, "a whole number of 32 bits");
}

export function doubleOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && value.trim() !== "") {
    const number = Number(value);
    if (!Number.isNaN(number) || value === "NaN") return number;
  }
  throw wrong("doubleValue", "a number");
}

export function base64Of(value: unknown): string {
  const base64 = normalBase64(textOf(value, "bytesValue"));
  if (base64 !== undefined) return base64;
  throw wrong("bytesValue", "base64");
}

/** The number of an enum's value that was sent as its number or its name; a number that nobody knows passes. */
export function enumOf(value: unknown, field: string, prefix: string, names: readonly string[]): number {
  if (!isSet(value)) return 0;
  if (typeof value === "string" && value.startsWith(prefix)) {
    const index = names.findIndex((name) => name.toUpperCase() === value.slice(prefix.length));
    if (index >= 0) return index;
  }
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= -(2n ** 31n) && whole < 2n ** 31n) return Number(whole);
  throw wrong(field, "one of its numbers");
}
