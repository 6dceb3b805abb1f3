import type { Health } from "@/lib/api/health";
import { diskMarks } from "@/lib/base/disk-marks";
import type { Database } from "@/lib/clickhouse/client";

interface DiskRow {
  readonly free: string;
  readonly total: string;
}

/**
 * How full the database's disk is. Undefined where that is not to be known: a server may keep it from its users,
 * or keep its data elsewhere.
 */
export async function readDisk(
  { server }: Pick<Database, "server">,
  signal: AbortSignal,
): Promise<Health["disk"]> {
  try {
    const result = await server.query({
      // The free space that ClickHouse names is without what it keeps free.
      query: `SELECT free_space + keep_free_space AS free, total_space AS total FROM system.disks
              WHERE name = 'default' AND total_space BETWEEN 1 AND toUInt64(1e18)`,
      format: "JSONEachRow",
      abort_signal: signal,
    });
    const [row] = await result.json<DiskRow>();
    return row && judge(Number(row.free), Number(row.total));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function judge(free: number, total: number): Health["disk"] {
  const { low, reserve, ballast } = diskMarks(total);
  if (free >= low) return { status: "ok", free_bytes: free };
  const isFull = free < reserve + ballast;
  const left = `${Math.floor(free / 1024 / 1024)} MiB are free on the database's disk`;
  const reason = isFull
    ? `Only ${left}: uploads and spans are refused. Delete datasets or traces, or make room on the disk.`
    : `Only ${left}. Uploads and spans are refused soon; delete datasets or traces, or make room on the disk.`;
  return { status: isFull ? "full" : "low", free_bytes: free, reason };
}
