import type { BaseResultSet, ClickHouseClient } from "@clickhouse/client";
import { isConnectionLost } from "./errors";

/**
 * Reads that lose their database on the way are asked once more when it is back: an engine that was started anew
 * is gone for a few seconds, and a read changes nothing. Writes are not: whether a lost one was stored is unknown.
 */
export interface SecondTry {
  /** Resolves true when the database answers again, false where that takes too long or the signal fires. */
  readonly untilBack: (signal?: AbortSignal) => Promise<boolean>;
  /** Hears of the loss before the second try. */
  readonly onLost?: (error: unknown) => void;
}

type AnyResultSet = BaseResultSet<unknown, unknown>;
type QueryParams = Parameters<ClickHouseClient["query"]>[0];

/**
 * Does `work`, and does it once more where it lost its connection. Rejects with the loss itself where the database
 * is not back in time. Without `untilBack` there is no second try.
 */
export async function askTwice<T>(
  { untilBack, onLost }: Partial<SecondTry>,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!untilBack || signal?.aborted || !isConnectionLost(error)) throw error;
    onLost?.(error);
    if (!(await untilBack(signal))) throw error;
    return await work();
  }
}

/**
 * `client.query` with a second try in all, be the connection lost before the answer begins or while `json()` or
 * `text()` reads it. What was handed on as a stream is the reader's.
 */
export async function queryTwice(
  client: Pick<ClickHouseClient, "query">,
  params: QueryParams,
  secondTry: SecondTry,
): Promise<AnyResultSet> {
  const ask = async () => (await client.query(params)) as AnyResultSet;
  if (!isRead(params.query)) return await ask();
  let tries = 0;
  const askCounted = () => {
    tries++;
    return ask();
  };
  let result = await askTwice(secondTry, params.abort_signal, askCounted);
  const read = (method: "json" | "text") => async () => {
    let isFirst = true;
    const once = async () => {
      if (!isFirst) result = await askCounted();
      isFirst = false;
      return await result[method]();
    };
    return tries > 1 ? await once() : await askTwice(secondTry, params.abort_signal, once);
  };
  return new Proxy(result, {
    get(_, property) {
      if (property === "json" || property === "text") return read(property);
      const value: unknown = Reflect.get(result, property, result);
      return typeof value === "function" ? value.bind(result) : value;
    },
  });
}

/** The same client, whose queries are asked twice. */
export function askQueriesTwice(client: ClickHouseClient, secondTry: SecondTry): ClickHouseClient {
  return new Proxy(client, {
    get(target, property) {
      if (property === "query") return (params: QueryParams) => queryTwice(target, params, secondTry);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function isRead(sql: string): boolean {
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS)\b/i.test(sql);
}
