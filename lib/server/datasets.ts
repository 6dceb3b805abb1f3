import { type DatasetsAnswer, datasetName } from "@/lib/api/datasets";
import { removeLater } from "@/lib/clickhouse/datasets/dataset-removal";
import { deleteDataset, listDatasets } from "@/lib/clickhouse/datasets/datasets";
import { HttpProblem } from "./http/problem";
import { services } from "./services";

export async function readDatasetList(signal: AbortSignal): Promise<DatasetsAnswer> {
  return { datasets: await listDatasets(services().database.data, signal) };
}

/** Deletes a dataset. Throws a problem 404 where there is none of that name. */
export async function removeDataset(name: string): Promise<{ deleted: string }> {
  const { data } = services().database;
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
