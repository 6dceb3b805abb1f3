import type { Dataset } from "@/lib/api/datasets";
import { datasetsAnswerSchema } from "@/lib/api/datasets";
import { paths } from "@/lib/api/paths";
import type { Cells, Expected, ExpectedPassage } from "../seeds/seed";
import type { TriedJiva } from "./tried-jiva";

/** What the app says is stored. */
export async function listedDatasets(url: string): Promise<Dataset[]> {
  const response = await fetch(url + paths.datasets, { signal: AbortSignal.timeout(20_000) });
  if (response.status !== 200) throw new Error(`The list of datasets answers ${response.status}.`);
  return datasetsAnswerSchema.parse(await response.json()).datasets;
}

/** What is stored under a name, asked of the engine itself; undefined where nothing is. */
export async function storedUnder({ engine }: TriedJiva, name: string): Promise<Expected | undefined> {
  const [live] = await rowsOf<{ id: string; kind: string; source: string }>(
    engine,
    "SELECT id, kind, source FROM datasets FINAL WHERE deleted = 0 AND name = {name:String}",
    { name },
  );
  if (!live) return undefined;
  if (live.kind === "documents") {
    const passages = await rowsOf<ExpectedPassage>(
      engine,
      "SELECT heading, text FROM passages WHERE dataset_id = {id:String}",
      { id: live.id },
    );
    return { kind: "passages", passages };
  }
  const described = await rowsOf<{ name: string }>(
    engine,
    "SELECT name FROM system.columns WHERE database = 'jiva' AND table = {table:String} ORDER BY position",
    { table: live.source },
  );
  const columns = described.map((column) => column.name);
  const texts = columns.map((column) => `toString(\`${column.replaceAll(/[\\`]/g, "\\$&")}\`)`);
  const result = await engine.query({
    query: `SELECT ${texts.join(", ")} FROM ${live.source}`,
    format: "JSONCompactEachRow",
  });
  return { kind: "rows", columns, rows: await result.json<Cells>() };
}

/**
 * Tables and rows that belong to no live version. Such as a replaced version leaves behind are counted apart: they
 * stay for a minute, for questions that read them still.
 */
export async function leftovers({ engine }: TriedJiva): Promise<{ lost: string[]; retired: number }> {
  const found = await rowsOf<{ id: string; retired: string }>(
    engine,
    `SELECT DISTINCT id, id IN (SELECT id FROM retired_datasets) AS retired FROM (
       SELECT extract(name, '^t_([0-9a-z]{21})') AS id FROM system.tables WHERE database = 'jiva'
       UNION ALL SELECT DISTINCT dataset_id FROM passages
       UNION ALL SELECT DISTINCT dataset_id FROM postings
       UNION ALL SELECT DISTINCT dataset_id FROM cell_values)
     WHERE id != '' AND id NOT IN (SELECT id FROM datasets FINAL WHERE deleted = 0)`,
  );
  const isRetired = ({ retired }: { retired: string }) => Number(retired) === 1;
  return {
    lost: found.filter((each) => !isRetired(each)).map(({ id }) => id),
    retired: found.filter(isRetired).length,
  };
}

async function rowsOf<T>(
  engine: TriedJiva["engine"],
  query: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  const result = await engine.query({ query, query_params: parameters, format: "JSONEachRow" });
  return await result.json<T>();
}
