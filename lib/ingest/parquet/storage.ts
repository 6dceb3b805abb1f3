import { isUtf8 } from "node:buffer";
import type { DecodedArray } from "hyparquet";
import { formatBytes } from "@/lib/base/bytes";
import { Refusal } from "../refusal";
import type { Leaf } from "./leaf";
import { nameOf } from "./pages";
import { bytesToInteger, floorDiv, int96ToNs } from "./text-forms";

/** How a leaf's values are stored. */
export type Storage =
  | { readonly as: "boolean" | "int64" | "uint32" | "uint64" | "float64" | "date" | "text" }
  | { readonly as: "decimal"; readonly precision: number; readonly scale: number }
  /** Ticks of a second, with this many decimal digits. */
  | { readonly as: "timestamp"; readonly digits: 6 | 9 }
  /** Text that is written in full (`text` takes bytes as they are). */
  | { readonly as: "bytes-in-hex" }
  | { readonly as: "words" };

/** ClickHouse's type. Every column is Nullable, as those of text files are. */
export function databaseType(storage: Storage): string {
  switch (storage.as) {
    case "boolean":
      return "Nullable(Bool)";
    case "int64":
    case "uint32":
      return "Nullable(Int64)";
    case "uint64":
      return "Nullable(UInt64)";
    case "float64":
      return "Nullable(Float64)";
    case "date":
      return "Nullable(Date32)";
    case "decimal":
      return `Nullable(Decimal(${storage.precision}, ${storage.scale}))`;
    case "timestamp":
      return `Nullable(DateTime64(${storage.digits}, 'UTC'))`;
    default:
      return "Nullable(String)";
  }
}

/** What ClickHouse's Date32 and DateTime64 hold: 1900-01-01 to 2299-12-31. */
const firstDay = -25_567;
const lastDay = 120_529;
const dayNs = 86_400_000_000_000n;
const firstNs = BigInt(firstDay) * dayNs;
const lastNs = BigInt(lastDay + 1) * dayNs - 1n;
/** With nine digits the 64 bits of a DateTime64 end in 2262. */
const lastNsOfNine = (1n << 63n) - 1n;
/** Decimal256. */
const maxPrecision = 76;

/** Looks at every value of a leaf, and then says what holds all of them exactly. */
export interface StorageFinder {
  /** Whether `look` has to see the values at all. */
  readonly isCurious: boolean;
  look(values: DecodedArray): void;
  found(): Storage;
}

export function findStorage(leaf: Leaf, maxValueBytes: number): StorageFinder {
  const { meaning } = leaf;
  switch (meaning.kind) {
    case "boolean":
      return settled({ as: "boolean" });
    case "float":
    case "float16":
      return settled({ as: "float64" });
    case "integer":
      return settled(integerStorage(leaf, meaning.isSigned));
    case "uuid":
    case "time":
    case "nothing":
      return settled({ as: "words" });
    case "date":
      return findDates();
    case "timestamp": {
      const toNs = (value: bigint) => value * 10n ** BigInt(9 - meaning.unit);
      return findTimestamps(toNs, (value) => meaning.unit === 9 && value % 1_000n !== 0n);
    }
    case "int96":
      return findTimestamps(int96ToNs, (value) => BigInt.asUintN(64, value) % 1_000n !== 0n);
    case "decimal":
      return findDecimals(meaning);
    case "text":
    case "bytes":
      return findBytes(leaf, meaning.kind === "text", maxValueBytes);
  }
}

function settled(storage: Storage): StorageFinder {
  return { isCurious: false, look: () => undefined, found: () => storage };
}

function integerStorage(leaf: Leaf, isSigned: boolean): Storage {
  if (isSigned) return { as: "int64" };
  return leaf.path.at(-1)?.element.type === "INT32" ? { as: "uint32" } : { as: "uint64" };
}

function findDates(): StorageFinder {
  let fits = true;
  return {
    isCurious: true,
    look(values) {
      for (let i = 0; i < values.length; i++) {
        const days = Number(values[i]);
        if (days < firstDay || days > lastDay) fits = false;
      }
    },
    found: () => (fits ? { as: "date" } : { as: "words" }),
  };
}

/** The values' order as they are stored is their order in time. */
function findTimestamps(
  toNs: (value: bigint) => bigint,
  isWithinMicrosecond: (value: bigint) => boolean,
): StorageFinder {
  let least: bigint | undefined;
  let most: bigint | undefined;
  let needsNine = false;
  return {
    isCurious: true,
    look(values) {
      for (let i = 0; i < values.length; i++) {
        const value: bigint = typeof values[i] === "bigint" ? values[i] : BigInt(values[i]);
        if (least === undefined || value < least) least = value;
        if (most === undefined || value > most) most = value;
        if (!needsNine && isWithinMicrosecond(value)) needsNine = true;
      }
    },
    found() {
      if (least === undefined || most === undefined) return { as: "timestamp", digits: 6 };
      const lastOfAll = needsNine ? lastNsOfNine : lastNs;
      if (toNs(least) < firstNs || toNs(most) > lastOfAll) return { as: "words" };
      return { as: "timestamp", digits: needsNine ? 9 : 6 };
    },
  };
}

function findDecimals({ precision, scale }: { precision: number; scale: number }): StorageFinder {
  let most = 0n;
  return {
    isCurious: true,
    look(values) {
      for (let i = 0; i < values.length; i++) {
        const value = unscaledOf(values[i]);
        const size = value < 0n ? -value : value;
        if (size > most) most = size;
      }
    },
    found() {
      // A file may hold more digits than it says.
      const digits = Math.max(precision, String(most).length, 1);
      if (scale < 0 || scale > digits || digits > maxPrecision) return { as: "words" };
      return { as: "decimal", precision: digits, scale };
    },
  };
}

export function unscaledOf(value: number | bigint | Uint8Array): bigint {
  return value instanceof Uint8Array ? bytesToInteger(value) : BigInt(value);
}

/** Texts have to be UTF-8. Bytes that nobody calls text are taken for it where all of them are, else in hex. */
function findBytes(leaf: Leaf, isText: boolean, maxValueBytes: number): StorageFinder {
  let isReadable = true;
  return {
    isCurious: true,
    look(values) {
      for (let i = 0; i < values.length; i++) {
        const bytes: Uint8Array = values[i];
        if (bytes.length > maxValueBytes) {
          throw new Refusal(
            `A value of the column ${nameOf(leaf)} is longer than ${formatBytes(maxValueBytes)}. Leave it out.`,
          );
        }
        if (isUtf8(bytes)) {
          if (!isText && isReadable && hasControls(bytes)) isReadable = false;
        } else if (isText) {
          throw new Refusal(
            `The column ${nameOf(leaf)} says that it holds text, and a value is not UTF-8. Write it as UTF-8.`,
          );
        } else isReadable = false;
      }
    },
    found: () => (isReadable ? { as: "text" } : { as: "bytes-in-hex" }),
  };
}

/** Bytes that no text holds: all below a space but tabs and line breaks. */
function hasControls(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return true;
  }
  return false;
}

/** A timestamp's nanoseconds as the ticks that are stored. */
export function nsToTicks(ns: bigint, digits: 6 | 9): bigint {
  return digits === 9 ? ns : floorDiv(ns, 1_000n);
}
