import type { ClickHouseClient } from "@clickhouse/client";
import { at, first } from "@/lib/base/checked";
import { quoteIdentifier } from "../connection/identifiers";

/** A type that a text column can be cast to, as SQL over the text `v` (null where the cell is empty). */
interface Candidate {
  readonly type: string;
  /** Whether `v` is written as one of this type; what fits no number of 64 bits is not. */
  readonly fits: (v: string) => string;
  readonly cast: (v: string) => string;
}

const candidates: readonly Candidate[] = [
  {
    type: "Nullable(Int64)",
    // A leading zero makes it a code, not a number.
    fits: (v) => `match(${v}, '^-?(0|[1-9][0-9]{0,17})$')`,
    cast: (v) => `toInt64OrNull(${v})`,
  },
  {
    type: "Nullable(Float64)",
    fits: (v) => `match(${v}, '^-?(0|[1-9][0-9]{0,17})?([.][0-9]*)?([eE][-+]?[0-9]{1,3})?$')
      AND isNotNull(toFloat64OrNull(${v}))`,
    cast: (v) => `toFloat64OrNull(${v})`,
  },
  {
    type: "Nullable(Bool)",
    fits: (v) => `lower(${v}) IN ('true', 'false')`,
    cast: (v) => `accurateCastOrNull(lower(${v}), 'Bool')`,
  },
  {
    type: "Nullable(Date32)",
    // toDate32OrNull makes 1900-01-01 of any earlier date, so the way back has to give the same text.
    fits: (v) => `toString(toDate32OrNull(${v})) = ${v}`,
    cast: (v) => `toDate32OrNull(${v})`,
  },
  {
    type: "Nullable(DateTime64(6, 'UTC'))",
    fits: (v) => `match(${v}, '^(19|2[0-2])[0-9]{2}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+ ?(Z|[-+][0-9:]+)?)?$')
      AND isNotNull(parseDateTime64BestEffortOrNull(${v}, 6, 'UTC'))`,
    cast: (v) => `parseDateTime64BestEffortOrNull(${v}, 6, 'UTC')`,
  },
];

const trimmed = (name: string) => `nullIf(trimBoth(${quoteIdentifier(name)}), '')`;

/** The narrowest type that all values of each text column of a table fit; text where none does. */
export async function settleTypes(
  client: ClickHouseClient,
  table: string,
  columns: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const settled = new Map<string, string>();
  // In groups: a statement over a thousand columns at once would be long and hold much in memory.
  for (let from = 0; from < columns.length; from += 50) {
    const group = columns.slice(from, from + 50);
    const counts = group.map((name) => {
      const v = trimmed(name);
      const tests = candidates.map(
        ({ fits }) => `countIf(isNotNull(${v}) AND NOT ifNull(${fits(v)}, false))`,
      );
      return `[count(${v}), ${tests.join(", ")}]`;
    });
    const result = await client.query({
      // No alias: it could be the name of a column.
      query: `SELECT [${counts.join(", ")}] FROM ${table}`,
      format: "JSONCompactEachRow",
      abort_signal: signal,
    });
    const [counted] = first(await result.json<[string[][]]>());
    group.forEach((name, index) => {
      const [filled, ...misfits] = at(counted, index).map(Number);
      const fit = filled ? candidates.find((_, candidate) => misfits[candidate] === 0) : undefined;
      settled.set(name, fit?.type ?? "Nullable(String)");
    });
  }
  return settled;
}

/** The expression that casts a text column to a type of `settleTypes`; a column of another type as it is. */
export function castText(name: string, type: string): string {
  const candidate = candidates.find((each) => each.type === type);
  return candidate ? candidate.cast(trimmed(name)) : quoteIdentifier(name);
}
