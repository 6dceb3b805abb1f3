import { Refusal } from "../refusal";

const maxNameChars = 200;

/**
 * The names of a table's columns from its header: spaces inside made single, a column without a name called
 * after its place. Throws a Refusal where two columns have one name or one cannot be a name.
 */
export function columnNames(written: readonly string[], maxColumns: number): string[] {
  if (written.length > maxColumns) {
    throw new Refusal(`The table has ${written.length} columns; at most ${maxColumns} are read. Split it.`);
  }
  const places = new Map<string, number>();
  return written.map((field, index) => {
    const name = field.replace(/\s+/g, " ").trim() || `column_${index + 1}`;
    if (name.length > maxNameChars) {
      throw new Refusal(
        `The name of column ${index + 1} is longer than ${maxNameChars} characters. Shorten it.`,
      );
    }
    const before = places.get(name);
    if (before !== undefined) {
      throw new Refusal(
        `Columns ${before} and ${index + 1} are both called “${name}”. Give each column its own name.`,
      );
    }
    places.set(name, index + 1);
    return name;
  });
}

/** Throws a Refusal where a name that the file's reader matches by (a JSON key, a Parquet field) is impossible. */
export function checkColumnNames(names: readonly string[], maxColumns: number): void {
  if (names.length > maxColumns) {
    throw new Refusal(`The table has ${names.length} columns; at most ${maxColumns} are read. Split it.`);
  }
  for (const name of names) {
    if (name === "") throw new Refusal("A column has an empty name. Name it.");
    if (name.length > maxNameChars) {
      throw new Refusal(
        `The column “${name.slice(0, 40)}…” has a name of more than ${maxNameChars} characters.`,
      );
    }
    if (/\p{Cc}/u.test(name)) {
      throw new Refusal(`The column “${name.replace(/\p{Cc}/gu, "?")}” has control characters in its name.`);
    }
  }
}
