import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SqlRules, sqlPieces } from "@/lib/base/sql-lexer";

/** Beside the code in a checkout and in a build alike: the app runs in the repository's root. */
const schemaFolder = join("lib", "clickhouse", "schema");

/** The statements of every .sql file of `schema/<part>`, in the order of the files' names. */
export async function readSchema(part: "traces" | "data"): Promise<string[]> {
  const folder = join(process.cwd(), schemaFolder, part);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap(splitStatements);
}

const rules: SqlRules = { escapesIn: "'\"`", unclosed: "symbol", isClickHouseBytes: false };

/** Cuts SQL at the semicolons that are not inside a text, a quoted name or a comment. Comments are dropped. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let statement = "";
  for (const { kind, start, end } of sqlPieces(sql, rules)) {
    const text = sql.slice(start, end);
    if (text === ";") {
      statements.push(statement.trim());
      statement = "";
    } else statement += kind === "comment" ? " " : text;
  }
  statements.push(statement.trim());
  return statements.filter((text) => text !== "");
}
