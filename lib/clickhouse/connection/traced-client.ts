import type { BaseResultSet, ClickHouseClient } from "@clickhouse/client";
import { attributeNames, eventNames } from "@/lib/trace/names";
import { isTableOfDataset } from "../datasets/dataset-ids";
import { queryTwice, type SecondTry } from "./ask-twice";

/** One open span of a statement; `end` is called exactly once. */
interface QuerySpan {
  set(name: string, value: string | number): void;
  event(name: string, attributes: Readonly<Record<string, string | number>>): void;
  /** Ends the span; with an error status where an error is given. */
  end(failure?: { readonly error: unknown }): void;
}

/** Opens a client span below whatever span is active. */
export type OpenQuerySpan = (
  name: string,
  attributes: Readonly<Record<string, string | number>>,
) => QuerySpan;

const maxParameters = 20;
const maxParameterChars = 500;

type AnyResultSet = BaseResultSet<unknown, unknown>;

/**
 * The same client with a span around every query, command and insert, by OpenTelemetry's database
 * conventions. The client's own `tracer` option is not used: its spans lack the statement's text, and it
 * opens two for each query. A query's span ends when its result has been read or closed. A query that loses its
 * connection is asked once more within the same span, which says so.
 */
export function traceQueries(
  client: ClickHouseClient,
  database: string,
  open: OpenQuerySpan,
  secondTry?: SecondTry,
): ClickHouseClient {
  const start = (sql: string, params: Readonly<Record<string, unknown>> = {}) => {
    const { operation, collection } = describeStatement(sql);
    return open(statementName(operation, collection), {
      [attributeNames.dbSystem]: "clickhouse",
      [attributeNames.dbNamespace]: database,
      [attributeNames.dbOperation]: operation,
      ...(collection && { [attributeNames.dbCollection]: collection }),
      [attributeNames.dbQueryText]: sql,
      ...parameterAttributes(params),
    });
  };

  const around = async <T>(span: QuerySpan, signal: AbortSignal | undefined, work: () => Promise<T>) => {
    try {
      return await work();
    } catch (error) {
      span.end({ error: causeOf(error, signal) });
      throw error;
    }
  };

  return new Proxy(client, {
    get(target, property) {
      if (property === "query") {
        return async (params: Parameters<ClickHouseClient["query"]>[0]) => {
          const span = start(params.query, params.query_params);
          const ask = async () =>
            secondTry
              ? await queryTwice(target, params, { ...secondTry, onLost: (error) => noteLoss(span, error) })
              : ((await target.query(params)) as AnyResultSet);
          const result = await around(span, params.abort_signal, ask);
          return endWithResult(result, span, params.abort_signal);
        };
      }
      if (property === "command" || property === "exec") {
        return async (params: { readonly query: string; readonly abort_signal?: AbortSignal }) => {
          const span = start(params.query);
          const result = await around(span, params.abort_signal, () => target[property](params));
          span.end();
          return result;
        };
      }
      if (property === "insert") {
        return async (params: Parameters<ClickHouseClient["insert"]>[0]) => {
          const span = start(`INSERT INTO ${params.table}`);
          const result = await around(span, params.abort_signal, () => target.insert(params));
          span.end();
          return result;
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function noteLoss(span: QuerySpan, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.event(eventNames.databaseLost, { [attributeNames.exceptionMessage]: message });
  span.set(attributeNames.dbTries, 2);
}

/** What was bound to the statement, as far as it can be shown: lists of hundreds of ids are not read by anybody. */
function parameterAttributes(params: Readonly<Record<string, unknown>>): Record<string, string> {
  const shown = Object.entries(params).slice(0, maxParameters);
  return Object.fromEntries(
    shown.map(([name, value]) => {
      const text = typeof value === "string" ? value : (JSON.stringify(value, bigintToText) ?? "");
      const cut = text.length <= maxParameterChars ? text : `${text.slice(0, maxParameterChars - 1)}…`;
      return [`${attributeNames.dbQueryParameter}.${name}`, cut];
    }),
  );
}

const bigintToText = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);

/** A result set that ends the span when it has been read, closed or has failed. */
function endWithResult(result: AnyResultSet, span: QuerySpan, signal: AbortSignal | undefined): AnyResultSet {
  let open = true;
  const end = (failure?: { readonly error: unknown }) => {
    if (!open) return;
    open = false;
    span.end(failure && { error: causeOf(failure.error, signal) });
  };
  const read =
    <T>(work: () => Promise<T>, rowsOf: (value: T) => number | undefined) =>
    async () => {
      try {
        const value = await work();
        const rows = rowsOf(value);
        if (rows !== undefined && open) span.set(attributeNames.dbReturnedRows, rows);
        end();
        return value;
      } catch (error) {
        end({ error });
        throw error;
      }
    };
  return new Proxy(result, {
    get(target, property) {
      if (property === "json") return read(() => target.json(), countRows);
      if (property === "text") {
        return read(
          () => target.text(),
          () => undefined,
        );
      }
      if (property === "stream") {
        return () => {
          const stream = target.stream() as NodeJS.ReadableStream;
          stream.once("error", (error: unknown) => end({ error }));
          stream.once("close", () => end());
          stream.once("end", () => end());
          return stream;
        };
      }
      if (property === "close") {
        return () => {
          end();
          target.close();
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Rows of what `json()` gives: an array for row formats, `{data, rows}` for JSON and its kin. */
function countRows(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== "object" || value === null) return undefined;
  const { data } = value as { data?: unknown };
  return Array.isArray(data) ? data.length : undefined;
}

/** A deadline or a closed request, where that is why the client gave up. */
function causeOf(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : error;
}

/** Names of spans are few and stable: the tables of uploads, new with each version, share one. */
function statementName(operation: string, collection: string | undefined): string {
  if (collection === undefined) return operation;
  return `${operation} ${isTableOfDataset(collection) ? "table" : collection}`;
}

/** The first word of a statement and the table behind its first FROM, INTO or TABLE, for the span's name. */
export function describeStatement(sql: string): { operation: string; collection?: string } {
  const text = sql.slice(0, 4_000).replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  const words = /[A-Za-z]+/.exec(text);
  // A common table expression is a SELECT by another first word.
  const operation = words ? words[0].toUpperCase().replace(/^WITH$/, "SELECT") : "QUERY";
  const name =
    /\b(?:FROM|INTO|TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?)\s+([A-Za-z_][\w.]*|`[^`]+`|"[^"]+")/i.exec(text);
  const collection = name?.[1]?.replace(/^[`"]|[`"]$/g, "");
  return collection ? { operation, collection } : { operation };
}
