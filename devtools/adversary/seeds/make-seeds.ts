import { documentSeeds } from "./documents";
import { parquetSeeds } from "./parquet";
import type { Format, Seed } from "./seed";
import { tableSeeds } from "./tables";
import { traceSeeds } from "./traces";

/** The valid inputs of a format, the same for each seed. `root` is the repository's. */
export function makeSeeds(format: Format, seed: number, root: string): readonly Seed[] {
  switch (format) {
    case "csv":
    case "json":
    case "ndjson":
      return tableSeeds(format, seed);
    case "markdown":
    case "text":
      return documentSeeds(format, seed);
    case "parquet":
      return parquetSeeds(root);
    default:
      return traceSeeds(format, seed);
  }
}
