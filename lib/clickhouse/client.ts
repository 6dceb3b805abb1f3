import { type ClickHouseClient, createClient } from "@clickhouse/client";

export interface DatabaseOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Database of the traces. */
  readonly tracesDatabase: string;
  /** Database of the person's tables and passages. */
  readonly dataDatabase: string;
}

/**
 * The app's one way to ClickHouse: one client for each of the two databases, so that no statement has to
 * name its database. Made once a process; `close` it at the end.
 */
export interface Database {
  readonly traces: ClickHouseClient;
  readonly data: ClickHouseClient;
  readonly tracesDatabase: string;
  readonly dataDatabase: string;
  close(): Promise<void>;
}

export function openDatabase(options: DatabaseOptions): Database {
  const open = (database: string) =>
    createClient({
      url: options.url,
      username: options.user,
      password: options.password,
      database,
      application: "jiva",
      request_timeout: 120_000,
      // Both ends close idle sockets; ours must be the first, or a request meets a closed one.
      keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
      max_open_connections: 32,
      compression: { request: false, response: false },
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 1,
        // A closed request stops its query; abort_signal alone leaves it running.
        cancel_http_readonly_queries_on_client_close: 1,
      },
    });
  const traces = open(options.tracesDatabase);
  const data = open(options.dataDatabase);
  return {
    traces,
    data,
    tracesDatabase: options.tracesDatabase,
    dataDatabase: options.dataDatabase,
    close: async () => {
      await Promise.all([traces.close(), data.close()]);
    },
  };
}
