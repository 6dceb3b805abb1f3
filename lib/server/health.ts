import type { Health } from "@/lib/api/health";
import { withDeadline } from "@/lib/base/tasks";
import type { Database } from "@/lib/clickhouse/connection/client";
import { readDisk } from "./disk-health";
import { readEngineNotes } from "./engine-notes";
import type { PartRestarts } from "./launcher-link";
import type { Services } from "./running";

const pingLimitMs = 2_000;

/** How the app and its database are, and how often the launcher had to help. Never throws: what is wrong is the answer. */
export async function readHealth({
  config,
  database,
  telemetry,
  migration,
  launcher,
}: Pick<Services, "config" | "database" | "telemetry" | "migration" | "launcher">): Promise<Health> {
  const exporter = telemetry.stats();
  const { engine, app } = launcher.restarts() ?? {};
  const restarts = {
    ...(engine && { engine: withoutState(engine) }),
    ...(app && { app: withoutState(app) }),
  };
  const down = (reason: string): Health => ({
    status: "down",
    clickhouse: { status: "down", reason },
    exporter,
    ...restarts,
  });
  if (engine?.is_away) {
    const why = engine.last_restart ? ` (${engine.last_restart.reason})` : "";
    return down(`The engine was ended${why} and is being started anew. Try again in a few seconds.`);
  }
  try {
    const { version, disk } = await withDeadline(undefined, pingLimitMs, async (signal) => {
      const [version, disk] = await Promise.all([
        readVersion(database, signal),
        readDisk(database, config, signal),
      ]);
      return { version, disk };
    });
    if (migration.state !== "done") {
      const reason = migration.reason ?? "The tables are being made. Try again in a moment.";
      return { status: "down", clickhouse: { status: "ok", version, reason }, disk, exporter, ...restarts };
    }
    const damage = await readDamage(config);
    const isWell =
      damage === undefined && exporter.dropped === 0 && (disk === undefined || disk.status === "ok");
    return {
      status: isWell ? "ok" : "degraded",
      clickhouse: { status: "ok", version },
      disk,
      damage,
      exporter,
      ...restarts,
    };
  } catch {
    return down("ClickHouse does not answer. Look at the launcher's lines, or check CLICKHOUSE_URL.");
  }
}

async function readVersion({ server }: Database, signal: AbortSignal): Promise<string> {
  // Not one of the clients that ask twice: what counts is now.
  const answer = await server.query({
    query: "SELECT version() AS version",
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await answer.json<{ version: string }>();
  return row?.version ?? "unknown";
}

async function readDamage(config: Parameters<typeof readEngineNotes>[0]): Promise<Health["damage"]> {
  const noted = await readEngineNotes(config);
  const lines = noted?.lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(line)) ?? [];
  const [first] = lines;
  return noted && first !== undefined ? { count: lines.length, first, notes: noted.path } : undefined;
}

function withoutState({ restarts, last_restart }: PartRestarts) {
  return { restarts, ...(last_restart && { last_restart }) };
}
