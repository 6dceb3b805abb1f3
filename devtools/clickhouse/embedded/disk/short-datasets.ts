import type { Engine } from "../process/engine";

const nothingAround = { settings: [], params: [] } as const;

/** Datasets of the app (database jiva) that have fewer rows than its catalogue says, each in one sentence. */
export async function findShortDatasets(engine: Engine): Promise<string[]> {
  const sql = `SELECT name, kind, rows, toUInt64(found) AS found FROM (
      SELECT d.name AS name, d.kind AS kind, d.rows AS rows,
        if(d.kind = 'table', ifNull(t.total_rows, 0), ifNull(p.found, 0)) AS found
      FROM (SELECT name, kind, source, id, rows FROM jiva.datasets FINAL WHERE deleted = 0) AS d
      LEFT JOIN (SELECT name, total_rows FROM system.tables WHERE database = 'jiva') AS t ON t.name = d.source
      LEFT JOIN (SELECT dataset_id, count() AS found FROM jiva.passages GROUP BY dataset_id) AS p
        ON p.dataset_id = d.id)
    WHERE found < rows ORDER BY name`;
  try {
    const { bytes } = await engine.run(sql, "datasets", "TSV", nothingAround);
    const lines = Buffer.from(bytes).toString("utf8").split("\n").filter(Boolean);
    return lines.map((line) => {
      const [name, kind, rows, found] = line.split("\t");
      const what = kind === "table" ? "rows" : "passages";
      return `The dataset ${name} has ${found} of its ${rows} ${what}: load it again.`;
    });
  } catch {
    // The catalogue itself is gone, or this is not the app's store.
    return [];
  }
}
