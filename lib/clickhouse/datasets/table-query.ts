import type { ClickHouseClient } from "@clickhouse/client";
import { at } from "@/lib/base/checked";
import type { BoundQuery, Cell, QueryResult } from "@/lib/retrieval/ports";
import { databaseErrorCode } from "../connection/errors";
import { bareType, columnKind } from "./column-kinds";

/** A query over a person's table could not be answered; the message says what to do. */
export class TableQueryError extends Error {
  static readonly className = "TableQueryError";
  override readonly name = TableQueryError.className;
}

// A question as a whole has 30 s; one query that takes longer than this is not going to be an answer.
const maxSeconds = 20;
const maxMemoryBytes = 2_000_000_000;
const maxResultBytes = 16_000_000;

const reasons: Readonly<Record<string, string>> = {
  "60": "A table was replaced or deleted while the question ran. Ask again.",
  "159": `The query took longer than ${maxSeconds} s. Ask something narrower.`,
  "241": "The query needs more memory than one question may have. Ask something narrower.",
  "396": "The query gives more than can be shown. Ask something narrower.",
};

/**
 * Runs a query read-only: no writing, no DDL, no files or addresses, no other limits than these. At most
 * `maxRows` rows come back. `rowCount` is exact for a query without a LIMIT of its own above `maxRows`; with
 * one it counts the rows before that LIMIT.
 */
export async function queryTable(
  client: ClickHouseClient,
  { sql, params }: BoundQuery,
  maxRows: number,
  signal: AbortSignal,
): Promise<QueryResult> {
  try {
    const result = await client.query({
      query: sql,
      query_params: { ...params },
      format: "JSONCompact",
      abort_signal: signal,
      clickhouse_settings: {
        // 1, not 2: with 2 a query could still read the server's files, and set its own limits.
        readonly: "1",
        max_execution_time: maxSeconds,
        max_memory_usage: String(maxMemoryBytes),
        max_result_bytes: String(maxResultBytes),
        result_overflow_mode: "throw",
        limit: String(maxRows),
        exact_rows_before_limit: 1,
        output_format_json_quote_decimals: 1,
      },
    });
    const answer = await result.json<(string | number | boolean | null | object)[]>();
    const columns = answer.meta ?? [];
    const rows = answer.data.map((row) => row.map((value, index) => toCell(value, at(columns, index).type)));
    const before = answer.rows_before_limit_at_least ?? 0;
    return { columns, rows, rowCount: rows.length < maxRows ? rows.length : Math.max(rows.length, before) };
  } catch (error) {
    signal.throwIfAborted();
    const reason = reasons[databaseErrorCode(error) ?? ""];
    throw reason === undefined ? error : new TableQueryError(reason, { cause: error });
  }
}

/** Whole numbers beyond 2^53 stay text, as does a decimal that a number cannot hold; what is nested is JSON. */
function toCell(value: unknown, type: string): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value !== "string") return value as number | boolean;
  const kind = columnKind(type);
  if (kind === "integer") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (bareType(type).startsWith("Decimal")) {
    return value.replace(/\D/g, "").length <= 15 ? Number(value) : value;
  }
  return value;
}
