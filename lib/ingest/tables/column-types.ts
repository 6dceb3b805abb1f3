import { shapes } from "./value-shape";

/**
 * The type that a column is stored with, from the type that the database's reader found in the first rows and
 * the marks of all values (value-shape). Every column is Nullable: a later row may be empty where the first
 * ones were not, and would otherwise be stored as 0. What is nested is kept as its text.
 */
export function columnType(found: string, marks: number): string {
  const bare = found
    .replace(/\s+/g, " ")
    .replace(/^LowCardinality\((.*)\)$/, "$1")
    .replace(/^Nullable\((.*)\)$/, "$1");
  const has = (shape: number) => (marks & shape) !== 0;

  if (/^U?Int(8|16|32|64)$/.test(bare)) {
    return has(shapes.code) || has(shapes.longNumber) ? "Nullable(String)" : "Nullable(Int64)";
  }
  if (/^(Float(32|64)|Decimal.*)$/.test(bare)) {
    return has(shapes.code) || has(shapes.longNumber) ? "Nullable(String)" : "Nullable(Float64)";
  }
  if (bare === "Bool") return "Nullable(Bool)";
  if (/^Date(32|Time)?(64)?(\(.*\))?$/.test(bare)) {
    if (has(shapes.farDate)) return "Nullable(String)";
    // A date before 1970 among the first rows makes the reader say DateTime64 for a column of bare dates.
    if (!has(shapes.notBareDate)) return "Nullable(Date32)";
    if (bare.startsWith("DateTime")) {
      return has(shapes.fraction) ? "Nullable(DateTime64(6, 'UTC'))" : "Nullable(DateTime64(0, 'UTC'))";
    }
    return "Nullable(Date32)";
  }
  return "Nullable(String)";
}
