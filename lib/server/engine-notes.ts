import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "./config";

const addressSchema = z.object({ url: z.string() });

/**
 * What the embedded engine found damaged when it opened its folder, line by line, until somebody deletes the file
 * that says so. Undefined where there is nothing, or where the database is not the engine of DATA_DIR.
 */
export async function readEngineNotes({
  DATA_DIR,
  CLICKHOUSE_URL,
}: Pick<Config, "DATA_DIR" | "CLICKHOUSE_URL">): Promise<{ path: string; lines: string[] } | undefined> {
  try {
    const address: unknown = JSON.parse(await readFile(join(DATA_DIR, "clickhouse-address"), "utf8"));
    if (addressSchema.parse(address).url !== CLICKHOUSE_URL) return undefined;
    const path = join(DATA_DIR, "damage.txt");
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
    return { path, lines };
  } catch {
    return undefined;
  }
}
