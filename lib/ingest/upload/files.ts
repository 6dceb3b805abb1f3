import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { FileOutcome, IngestOptions } from "../ports";
import { openSession } from "./session";

export interface LocalFiles {
  readonly paths: readonly string[];
  /** One dataset for all documents among them; each its own where this is left out. */
  readonly documentsDataset?: string;
}

/** Stores files from disk as an upload would. `onFile` hears of each that is through. */
export async function ingestFiles(
  { paths, documentsDataset }: LocalFiles,
  options: IngestOptions,
  onFile?: (name: string) => void,
): Promise<FileOutcome[]> {
  const session = openSession(options, { documentsDataset, totalBytes: null });
  try {
    let readBytes = 0;
    for (const path of paths) {
      const name = basename(path);
      const counted = async function* () {
        for await (const chunk of createReadStream(path)) {
          const bytes = chunk as Uint8Array;
          readBytes += bytes.length;
          session.countBytes(readBytes);
          yield bytes;
        }
      };
      await session.add(name, counted());
      onFile?.(name);
    }
    return await session.finish();
  } catch (error) {
    await session.abandon();
    throw error;
  }
}
