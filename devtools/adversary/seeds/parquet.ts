import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cells, Seed } from "./seed";

/**
 * Small files that another implementation wrote (write-parquet.py), each with the rows that it was given. Kept, not
 * generated: what reads them must not have written them.
 */
export function parquetSeeds(root: string): Seed[] {
  const folder = join(root, "devtools/adversary/seeds/parquet");
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<
    string,
    { columns: string[]; rows: Cells[] }
  >;
  return Object.entries(expected).map(([name, { columns, rows }]) => ({
    format: "parquet",
    name: `parquet ${name}.parquet`,
    // Not a Buffer: its slice() is a view, and whoever changed one would change the seed.
    bytes: new Uint8Array(readFileSync(join(folder, `${name}.parquet`))),
    expected: { kind: "rows", columns, rows },
  }));
}
