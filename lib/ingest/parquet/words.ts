import type { Leaf } from "./leaf";
import { type Storage, unscaledOf } from "./storage";
import {
  bytesToHalf,
  dateText,
  decimalText,
  hexText,
  int96ToNs,
  timestampText,
  timeText,
  uuidText,
} from "./text-forms";

/** A number with its digits as JSON is to show them. */
export class JsonNumber {
  constructor(readonly digits: string) {}
}

/** What a leaf's value becomes where it is written as text. */
export function wordsOf({ meaning }: Leaf): (value: never) => string {
  switch (meaning.kind) {
    case "date":
      return (days: number) => dateText(Number(days));
    case "timestamp": {
      const scale = 10n ** BigInt(9 - meaning.unit);
      return (ticks: bigint | number) => timestampText(BigInt(ticks) * scale, meaning.unit);
    }
    case "int96":
      return (value: bigint) => timestampText(int96ToNs(value), 9);
    case "time": {
      const scale = 10n ** BigInt(9 - meaning.unit);
      return (ticks: bigint | number) => timeText(BigInt(ticks) * scale, meaning.unit);
    }
    case "decimal":
      return (value: bigint | number | Uint8Array) => decimalText(unscaledOf(value), meaning.scale);
    case "uuid":
      return uuidText;
    default:
      return (value: unknown) => String(value);
  }
}

/** What a leaf's value becomes within a nested column, which is written as JSON. */
export function jsonOf(leaf: Leaf, storage: Storage): (value: never) => unknown {
  const { meaning } = leaf;
  const words = wordsOf(leaf);
  switch (meaning.kind) {
    case "boolean":
    case "float":
      return (value: unknown) => value;
    case "float16":
      return bytesToHalf;
    case "integer":
      if (storage.as === "uint32") return (value: number) => value >>> 0;
      if (storage.as === "uint64") return (value: bigint) => BigInt.asUintN(64, value);
      return (value: unknown) => value;
    case "decimal":
      return (value: never) => new JsonNumber(words(value));
    case "text":
    case "bytes":
      if (storage.as === "bytes-in-hex") return hexText;
      return (bytes: Uint8Array) =>
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    default:
      return words;
  }
}

/** JSON of what `jsonOf` gives, within lists and objects; whole numbers keep all of their digits. */
export function toJson(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof JsonNumber) return value.digits;
  if (typeof value === "bigint") return String(value);
  // JSON has no Infinity and no NaN.
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, toJson).join(",")}]`;
  }
  if (typeof value === "object") {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}
