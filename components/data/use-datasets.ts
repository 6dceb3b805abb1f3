import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { fetchJson, jsonHeaders } from "@/components/ui/api-client";
import { datasetsAnswerSchema, deletedDatasetSchema } from "@/lib/api/datasets";
import { paths } from "@/lib/api/paths";

const queryKey = ["datasets"];

/** The person's tables and documents. */
export function useDatasets() {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchJson(paths.datasets, datasetsAnswerSchema, { signal }),
  });
}

/** What hangs on the data: the list, and which sample questions can be answered. */
export function useDatasetsChanged(): () => Promise<unknown> {
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey }),
      queryClient.invalidateQueries({ queryKey: ["samples"] }),
    ]);
}

export function useDeleteDataset() {
  const changed = useDatasetsChanged();
  return useMutation({
    mutationFn: (name: string) =>
      fetchJson(paths.dataset(name), deletedDatasetSchema, { method: "DELETE", headers: jsonHeaders }),
    onSuccess: changed,
  });
}

/** Loads the sample data. Its answer says no more than that it worked; the list then shows what there is. */
export function useLoadSamples() {
  const changed = useDatasetsChanged();
  return useMutation({
    mutationFn: () =>
      fetchJson(paths.samples, z.unknown(), { method: "POST", headers: jsonHeaders, body: "{}" }),
    onSuccess: changed,
  });
}
