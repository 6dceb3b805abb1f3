import { existsSync, readFileSync } from "node:fs";
import type { Engine } from "../process/engine";
import { setBrokenPartsAside } from "./broken-parts";
import type { DataFolder } from "./data-folder";
import { writeWhole } from "./kept-definitions";
import type { Damage } from "./mend-store";
import { findShortDatasets } from "./short-datasets";

/**
 * Looks for what else is missing in a store that was just opened, and gives a line for everything. What was lost
 * is noted in a file, too, which the app's health reports as long as it exists (lib/server/engine-notes.ts).
 */
export async function noteDamage(
  engine: Engine,
  { store, aside, notes }: DataFolder,
  { mended, lost }: Damage,
): Promise<string[]> {
  const { broken, detached } = await setBrokenPartsAside(engine, store, aside);
  const gone = [...lost, ...broken];
  if (gone.length > 0) {
    gone.push(
      ...(await findShortDatasets(engine)),
      `What was set aside lies in ${aside}. Load again what is missing, or restore a backup into an empty folder; then delete ${notes}, which says all of this.`,
    );
    writeNotes(notes, gone);
  }
  return [...mended, ...detached, ...gone];
}

function writeNotes(path: string, lines: readonly string[]): void {
  const before = existsSync(path) ? `${readFileSync(path, "utf8")}\n` : "";
  writeWhole(path, `${before}${new Date().toISOString()}\n${lines.join("\n")}\n`);
}
