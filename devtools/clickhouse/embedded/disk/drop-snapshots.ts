import type { Engine } from "../process/engine";

const nothingAround = { settings: [], params: [] } as const;

/**
 * Drops what a backup that was killed has left (devtools/backup/snapshot.mjs): it would hold the room of whatever is
 * deleted. At the engine's start none can be under way.
 */
export async function dropSnapshots(engine: Engine): Promise<void> {
  const sql = "SELECT name FROM system.databases WHERE startsWith(name, 'jiva_backup_') FORMAT TSV";
  const { bytes } = await engine.run(sql, "snapshots", "TSV", nothingAround);
  for (const name of Buffer.from(bytes).toString("utf8").split("\n").filter(Boolean)) {
    await engine.run(`DROP DATABASE IF EXISTS ${name} SYNC`, "snapshots", "Null", nothingAround);
  }
}
