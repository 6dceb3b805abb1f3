import type { Health } from "@/lib/api/health";
import { withDeadline } from "@/lib/base/tasks";
import { services } from "./services";

const pingLimitMs = 2_000;

/** How the app and its database are. Never throws: what is wrong is the answer. */
export async function readHealth(): Promise<Health> {
  const { database, telemetry, migration } = services();
  const exporter = telemetry.stats();
  try {
    const version = await withDeadline(undefined, pingLimitMs, async (signal) => {
      const answer = await database.traces.query({
        query: "SELECT version() AS version",
        format: "JSONEachRow",
        abort_signal: signal,
      });
      const [row] = await answer.json<{ version: string }>();
      return row?.version ?? "unknown";
    });
    if (migration.state !== "done") {
      const reason = migration.reason ?? "The tables are being made. Try again in a moment.";
      return { status: "down", clickhouse: { status: "ok", version, reason }, exporter };
    }
    return {
      status: exporter.dropped > 0 ? "degraded" : "ok",
      clickhouse: { status: "ok", version },
      exporter,
    };
  } catch {
    const reason = "ClickHouse does not answer. Look at the launcher's lines, or check CLICKHOUSE_URL.";
    return { status: "down", clickhouse: { status: "down", reason }, exporter };
  }
}
