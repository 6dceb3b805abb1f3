import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

export type EngineConfig = {
  /** For all statements together. */
  maxMemoryBytes: number;
  /** What ClickHouse leaves free: an insert, a merge or a mutation that needs more is refused. */
  keepFreeBytes: number;
};

/**
 * How long the parts that a merge was made of stay on disk. The engine's own 0 would lose their rows where the
 * merge met the end of the disk without noticing (disk-watch.ts); a new start within this time finds them again.
 */
const oldPartsSeconds = 60;

/**
 * Writes what the engine reads before it opens its store. One that is right is left alone, so that the engine
 * starts on a full disk.
 */
export function writeConfig(path: string, config: EngineConfig): void {
  const text = configToXml(config);
  if (readIfThere(path) === text) return;
  const part = `${path}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function configToXml({ maxMemoryBytes, keepFreeBytes }: EngineConfig): string {
  // However many parts are broken, the others are opened: the engine's own limits would refuse the table.
  const mergeTree = [
    `<old_parts_lifetime>${oldPartsSeconds}</old_parts_lifetime>`,
    "<max_suspicious_broken_parts>1000000000</max_suspicious_broken_parts>",
    "<max_suspicious_broken_parts_bytes>1000000000000000</max_suspicious_broken_parts_bytes>",
  ].join("");
  const disk = `<keep_free_space_bytes>${keepFreeBytes}</keep_free_space_bytes>`;
  return [
    "<clickhouse>",
    `<max_server_memory_usage>${maxMemoryBytes}</max_server_memory_usage>`,
    `<merge_tree>${mergeTree}</merge_tree>`,
    // What has lost its definition stays on the disk, for whoever can read it.
    "<database_catalog_unused_dir_cleanup_period_sec>0</database_catalog_unused_dir_cleanup_period_sec>",
    `<storage_configuration><disks><default>${disk}</default></disks></storage_configuration>`,
    "</clickhouse>\n",
  ].join("");
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
