import { type DatasetsAnswer, datasetName } from "@/lib/api/datasets";
import { removeLater } from "@/lib/clickhouse/datasets/dataset-removal";
import { deleteDataset, listDatasets } from "@/lib/clickhouse/datasets/datasets";
import { HttpProblem } from "./http/problem";
import type { Services } from "./running";

export async function readDatasetList(
  { database }: Pick<Services, "database">,
  signal: AbortSignal,
): Promise<DatasetsAnswer> {
  return { datasets: await listDatasets(database.data, signal) };
}

/** Deletes a dataset. Throws a problem 404 where there is none of that name. */
export async function removeDataset(
  { database: { data } }: Pick<Services, "database">,
  name: string,
): Promise<{ deleted: string }> {
  if (!datasetName.safeParse(name).success || !(await deleteDataset(data, name))) {
    throw new HttpProblem(
      404,
      "No such dataset",
      "There is no dataset of that name. Look at GET /api/datasets.",
    );
  }
  removeLater(data);
  return { deleted: name };
}
