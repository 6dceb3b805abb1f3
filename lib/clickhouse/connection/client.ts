import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from "@clickhouse/client";
import { withDeadline } from "@/lib/base/tasks";
import { askQueriesTwice } from "./ask-twice";
import { commandCluster } from "./cluster";
import { createDatabaseReturn } from "./database-return";
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
  /** Called when the database has come back after a read lost it. */
  readonly onBack?: () => void;
}

/**
 * The app's one way to ClickHouse: one client for each of the two databases, so that no statement has to
 * name its database. Queries that lose their connection are asked once more (ask-twice.ts). Made once a process;
 * `close` it at the end.
 */
export interface Database {
  readonly traces: ClickHouseClient;
  readonly data: ClickHouseClient;
  /** Needs neither of the two to exist: for creating them, and for health. */
  readonly server: ClickHouseClient;
  readonly tracesDatabase: string;
  readonly dataDatabase: string;
  readonly cluster?: string;
  /** Says that a connection was lost; resolves true when the database answers again, false after 10 s. */
  untilBack(signal?: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

/** An engine that was stopped takes connections and answers nothing. */
const pingLimitMs = 1_000;

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
  const server = open("system");
  const back = createDatabaseReturn({
    ping: (closing) => answers(server, closing),
    ...(options.onBack && { onBack: options.onBack }),
  });
  const secondTry = { untilBack: back.untilBack };
  const plainTraces = open(options.tracesDatabase);
  const plainData = open(options.dataDatabase);
  const data = options.openSpan
    ? traceQueries(plainData, options.dataDatabase, options.openSpan, secondTry)
    : askQueriesTwice(plainData, secondTry);
  return {
    traces: askQueriesTwice(plainTraces, secondTry),
    data,
    server,
    untilBack: back.untilBack,
    tracesDatabase: options.tracesDatabase,
    dataDatabase: options.dataDatabase,
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    close: async () => {
      back.close();
      await Promise.all([plainTraces.close(), plainData.close(), server.close()]);
    },
  };
}

async function answers(client: ClickHouseClient, closing: AbortSignal): Promise<boolean> {
  try {
    return await withDeadline(closing, pingLimitMs, async (signal) => {
      const { success } = await client.ping({ select: false, abort_signal: signal });
      return success;
    });
  } catch {
    return false;
  }
}

const clusterSettings = {
  // A replica takes a block that it has seen before for a retry and drops it: also spans that were deleted in
  // between, and derived rows that are derived again. Reads count a span once anyway.
  insert_deduplicate: 0,
  // Half of how long a request waits, so that a replica that is away is named instead of timed out.
  distributed_ddl_task_timeout: "60",
} satisfies ClickHouseSettings;
