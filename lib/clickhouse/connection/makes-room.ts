import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";

/**
 * Marks a statement that has to be written in order to delete, or to start. On a full disk the embedded engine
 * lets it use the reserve that it keeps from everything else (devtools/clickhouse/embedded/sql/statement-effect.ts); a
 * server writes the comment into its query log.
 */
const makesRoom: ClickHouseSettings = { log_comment: "jiva: makes room" };

type Params = { readonly clickhouse_settings?: ClickHouseSettings };

/** The same client, all of whose statements are marked. */
export function makingRoom(client: ClickHouseClient): ClickHouseClient {
  return new Proxy(client, {
    get(target, property) {
      if (property === "command" || property === "insert" || property === "exec") {
        const call = target[property] as (params: Params) => unknown;
        return (params: Params) =>
          call.call(target, {
            ...params,
            clickhouse_settings: { ...params.clickhouse_settings, ...makesRoom },
          });
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
