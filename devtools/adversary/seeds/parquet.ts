import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cells, Seed } from "./seed";

/**
 * Small files that another implementation wrote, each with the rows that it was given. Kept, not generated: what reads
 * them must not have written them. Ours (write-parquet.py) are of plain columns and of every way to lay them out; those
 * that lib/ingest is tested with have every type.
 */
export function parquetSeeds(root: string): Seed[] {
  const ours = "devtools/adversary/seeds/parquet";
  const plain = readExpected<{ columns: string[]; rows: Cells[] }>(root, ours);
  const typed = readExpected<{ types: Record<string, string>; rows: Cells[] }>(root, typedFolder);
  return [
    ...Object.entries(plain).map(([name, { columns, rows }]) =>
      toSeed(root, ours, `${name}.parquet`, columns, rows),
    ),
    ...Object.entries(typed).flatMap(([name, { types, rows }]) =>
      filesOf(name).map((file) => toSeed(root, typedFolder, file, Object.keys(types), rows)),
    ),
  ];
}

const typedFolder = "lib/ingest/parquet/test-data";

/** One entry stands for a table that was written with each codec. */
function filesOf(name: string): string[] {
  if (name !== "codec-*") return [name];
  return ["none", "snappy", "gzip", "zstd", "lz4", "brotli"].map((codec) => `codec-${codec}.parquet`);
}

function readExpected<T>(root: string, folder: string): Record<string, T> {
  return JSON.parse(readFileSync(join(root, folder, "expected.json"), "utf8")) as Record<string, T>;
}

function toSeed(
  root: string,
  folder: string,
  file: string,
  columns: readonly string[],
  rows: readonly Cells[],
): Seed {
  return {
    format: "parquet",
    name: `${folder === typedFolder ? "typed" : "parquet"} ${file}`,
    // Not a Buffer: its slice() is a view, and whoever changed one would change the seed.
    bytes: new Uint8Array(readFileSync(join(root, folder, file))),
    expected: { kind: "rows", columns, rows },
  };
}
