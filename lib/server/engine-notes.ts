import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "./config";

const addressSchema = z.object({ url: z.string() });

type EngineConfig = Pick<Config, "DATA_DIR" | "CLICKHOUSE_URL">;

/** Whether the database is the embedded engine of DATA_DIR. */
export async function isOwnEngine({ DATA_DIR, CLICKHOUSE_URL }: EngineConfig): Promise<boolean> {
  try {
    const address: unknown = JSON.parse(await readFile(join(DATA_DIR, "clickhouse-address"), "utf8"));
    return addressSchema.parse(address).url === CLICKHOUSE_URL;
  } catch {
    return false;
  }
}

/**
 * What the embedded engine found damaged when it opened its folder, line by line, until somebody deletes the file
 * that says so. Undefined where there is nothing, or where the database is not the engine of DATA_DIR.
 */
export async function readEngineNotes(
  config: EngineConfig,
): Promise<{ path: string; lines: string[] } | undefined> {
  if (!(await isOwnEngine(config))) return undefined;
  const path = join(config.DATA_DIR, "damage.txt");
  try {
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
    return { path, lines };
  } catch {
    return undefined;
  }
}
