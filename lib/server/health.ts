import type { Health } from "@/lib/api/health";
import { withDeadline } from "@/lib/base/tasks";
import { readDisk } from "./disk-health";
import { readEngineNotes } from "./engine-notes";
import { services } from "./services";

const pingLimitMs = 2_000;

/** How the app and its database are. Never throws: what is wrong is the answer. */
export async function readHealth(): Promise<Health> {
  const { config, database, telemetry, migration } = services();
  const exporter = telemetry.stats();
  try {
    const { version, disk } = await withDeadline(undefined, pingLimitMs, async (signal) => {
      const answer = await database.traces.query({
        query: "SELECT version() AS version",
        format: "JSONEachRow",
        abort_signal: signal,
      });
      const [row] = await answer.json<{ version: string }>();
      return { version: row?.version ?? "unknown", disk: await readDisk(database, signal) };
    });
    if (migration.state !== "done") {
      const reason = migration.reason ?? "The tables are being made. Try again in a moment.";
      return { status: "down", clickhouse: { status: "ok", version, reason }, disk, exporter };
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
    };
  } catch {
    const reason = "ClickHouse does not answer. Look at the launcher's lines, or check CLICKHOUSE_URL.";
    return { status: "down", clickhouse: { status: "down", reason }, exporter };
  }
}

async function readDamage(config: Parameters<typeof readEngineNotes>[0]): Promise<Health["damage"]> {
  const noted = await readEngineNotes(config);
  const lines = noted?.lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(line)) ?? [];
  const [first] = lines;
  return noted && first !== undefined ? { count: lines.length, first, notes: noted.path } : undefined;
}
