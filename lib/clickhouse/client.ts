import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from "@clickhouse/client";
import { commandCluster } from "./cluster";
import { type OpenQuerySpan, traceQueries } from "./traced-client";

export interface DatabaseOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Database of the traces. */
  readonly tracesDatabase: string;
  /** Database of the person's tables and passages. */
  readonly dataDatabase: string;
  /** The cluster whose replicas hold both databases; undefined for one server. */
  readonly cluster?: string;
  /** Opens a span around every statement on `data`; the traces' own statements are never traced. */
  readonly openSpan?: OpenQuerySpan;
}

/**
 * The app's one way to ClickHouse: one client for each of the two databases, so that no statement has to
 * name its database. Made once a process; `close` it at the end.
 */
export interface Database {
  readonly traces: ClickHouseClient;
  readonly data: ClickHouseClient;
  /** Needs neither of the two to exist: for creating them, and for health. */
  readonly server: ClickHouseClient;
  readonly tracesDatabase: string;
  readonly dataDatabase: string;
  readonly cluster?: string;
  close(): Promise<void>;
}

export function openDatabase(options: DatabaseOptions): Database {
  const open = (database: string) => {
    const client = createClient({
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
      // Parameters that would make the address too long travel in the body.
      use_multipart_params_auto: true,
      // Every failure reaches its caller; the client's own lines would say it a second time.
      log: { level: ClickHouseLogLevel.OFF },
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 1,
        // A closed request stops its query; abort_signal alone leaves it running.
        cancel_http_readonly_queries_on_client_close: 1,
        ...(options.cluster !== undefined && clusterSettings),
      },
    });
    return options.cluster === undefined ? client : commandCluster(client, options.cluster);
  };
  const traces = open(options.tracesDatabase);
  const plainData = open(options.dataDatabase);
  const data = options.openSpan ? traceQueries(plainData, options.dataDatabase, options.openSpan) : plainData;
  const server = open("system");
  return {
    traces,
    data,
    server,
    tracesDatabase: options.tracesDatabase,
    dataDatabase: options.dataDatabase,
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    close: async () => {
      await Promise.all([traces.close(), plainData.close(), server.close()]);
    },
  };
}

const clusterSettings = {
  // A replica takes a block that it has seen before for a retry and drops it: also spans that were deleted in
  // between, and derived rows that are derived again. Reads count a span once anyway.
  insert_deduplicate: 0,
  // Half of how long a request waits, so that a replica that is away is named instead of timed out.
  distributed_ddl_task_timeout: "60",
} satisfies ClickHouseSettings;
