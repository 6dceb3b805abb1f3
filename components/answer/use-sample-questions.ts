import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/components/ui/api-client";
import { sampleQuestionsSchema } from "@/lib/api/ask";
import { paths } from "@/lib/api/paths";

/** Questions that the loaded sample data can answer; none when it is not loaded. */
export function useSampleQuestions() {
  return useQuery({
    queryKey: ["samples"],
    queryFn: ({ signal }) => fetchJson(paths.samples, sampleQuestionsSchema, { signal }),
    staleTime: 60_000,
  });
}
