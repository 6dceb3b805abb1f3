import { z } from "zod";
import type { Health } from "@/lib/api/health";
import { diskMarks } from "@/lib/base/disk-marks";
import type { Database } from "@/lib/clickhouse/connection/client";
import type { Config } from "./config";
import { isOwnEngine } from "./engine-notes";

interface DiskRow {
  readonly free: string;
  readonly total: string;
}

/** What the embedded engine says of itself (devtools/clickhouse/embedded/http/status.ts). */
const statusSchema = z.object({
  writes_refused: z
    .discriminatedUnion("cause", [
      z.object({ cause: z.literal("doubt"), until: z.iso.datetime() }),
      z.object({ cause: z.literal("no room"), needed_bytes: z.number() }),
    ])
    .optional(),
});
export type EngineStatus = z.infer<typeof statusSchema>;

/**
 * How full the database's disk is, and whether the embedded engine refuses what writes. Undefined where that is not
 * to be known: a server may keep it from its users, or keep its data elsewhere.
 */
export async function readDisk(
  { server }: Pick<Database, "server">,
  config: Config,
  signal: AbortSignal,
): Promise<Health["disk"]> {
  try {
    const [result, status] = await Promise.all([
      server.query({
        // The free space that ClickHouse names is without what it keeps free.
        query: `SELECT free_space + keep_free_space AS free, total_space AS total FROM system.disks
                WHERE name = 'default' AND total_space BETWEEN 1 AND toUInt64(1e18)`,
        format: "JSONEachRow",
        abort_signal: signal,
      }),
      readStatus(config, signal),
    ]);
    const [row] = await result.json<DiskRow>();
    return row && judgeDisk(Number(row.free), Number(row.total), status);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Undefined where the database is a server, or an engine that does not say. */
async function readStatus(config: Config, signal: AbortSignal): Promise<EngineStatus | undefined> {
  if (!config.CLICKHOUSE_URL || !(await isOwnEngine(config))) return undefined;
  try {
    const answer = await fetch(new URL("/status", config.CLICKHOUSE_URL), {
      headers: {
        "X-ClickHouse-User": config.CLICKHOUSE_USER,
        "X-ClickHouse-Key": config.CLICKHOUSE_PASSWORD,
      },
      signal,
    });
    return answer.ok ? statusSchema.parse(await answer.json()) : undefined;
  } catch {
    return undefined;
  }
}

/** `status` of the embedded engine, which knows what it refuses; of a server that is concluded from the free bytes. */
export function judgeDisk(free: number, total: number, status: EngineStatus | undefined): Health["disk"] {
  const refused = status?.writes_refused;
  if (refused?.cause === "doubt") {
    const reason =
      "The database's disk was full during a write. Uploads and spans are refused until the engine starts anew, " +
      `at ${refused.until}, to look at what is stored; questions and deleting work meanwhile.`;
    return { status: "uncertain", free_bytes: free, reason, refused_until: refused.until };
  }
  const { low, reserve, ballast } = diskMarks(total);
  const isFull = free < reserve + ballast;
  const needed = status ? refused?.needed_bytes : isFull ? reserve + ballast : undefined;
  const left = `${toMiB(free)} MiB are free on the database's disk`;
  if (needed !== undefined) {
    const reason =
      `Only ${left}: uploads and spans are refused until ${toMiB(needed)} MiB are free. ` +
      "Delete datasets or traces, or make room on the disk.";
    return { status: "full", free_bytes: free, reason };
  }
  if (free >= low) return { status: "ok", free_bytes: free };
  const reason = `Only ${left}. Uploads and spans are refused soon; delete datasets or traces, or make room on the disk.`;
  return { status: "low", free_bytes: free, reason };
}

const toMiB = (bytes: number) => Math.floor(bytes / 1024 / 1024);
