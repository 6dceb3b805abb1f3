import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { type Database, openDatabase } from "@/lib/clickhouse/connection/client";
import type { EngineProcess } from "../../clickhouse/embedded/process/start-engine";

/**
 * A data folder that an early version of Jiva wrote, and what it held: the sample data, an own table and
 * document, questions, and spans of another application. Each later version has to open it.
 */
const folder = fileURLToPath(new URL("../kept", import.meta.url));

const countsSchema = z.object({
  tables: z.record(
    z.string(),
    z.object({
      rows: z.string(),
      hash: z.string(),
      final: z.boolean(),
      /** Of that version; a later one may have added some. */
      columns: z.array(z.string()),
    }),
  ),
  datasets: z.array(z.object({ name: z.string(), kind: z.string(), rows: z.number(), passages: z.number() })),
  runs: z.array(z.object({ run_id: z.string(), spans: z.number() })),
});

export const keptCounts = countsSchema.parse(JSON.parse(readFileSync(`${folder}/data-6c94d17.json`, "utf8")));

/** The backup of that folder, by the version that brought backups. */
export const keptBackup = `${folder}/backup-6c94d17.zip`;

/** Unpacks the folder into `dataDir`, which is there and empty. */
export async function unpackKeptData(dataDir: string): Promise<void> {
  const archive = `${folder}/data-6c94d17.tar.gz`;
  await promisify(execFile)("tar", ["-xzf", archive, "-C", dataDir, "--strip-components=1"]);
}

/** The app's own way to the databases, which have their usual names in a folder of its own. */
export function openOwnDatabase({ url, user, password }: EngineProcess): Database {
  return openDatabase({ url, user, password, tracesDatabase: "otel_traces", dataDatabase: "jiva" });
}
