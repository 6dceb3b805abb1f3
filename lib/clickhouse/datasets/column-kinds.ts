import type { ColumnType } from "@/lib/retrieval/ports";

/** ClickHouse's type without Nullable and LowCardinality around it. */
export function bareType(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/s.exec(type)?.[1];
  return inner === undefined ? type : bareType(inner);
}

/** How a column can be used in a query, from ClickHouse's type. */
export function columnKind(type: string): ColumnType {
  const bare = bareType(type);
  if (/^(String|FixedString\(|Enum(8|16)\(|UUID$)/.test(bare)) return "text";
  if (/^U?Int\d+$/.test(bare)) return "integer";
  if (/^(B?Float\d+$|Decimal)/.test(bare)) return "number";
  if (bare === "Bool") return "boolean";
  if (/^Date(32)?$/.test(bare)) return "date";
  if (/^DateTime(64)?(\(|$)/.test(bare)) return "datetime";
  return "other";
}
