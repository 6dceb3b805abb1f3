import type { RunChart, RunChartQuery } from "@/lib/api/run-chart";
import { readRunChart } from "@/lib/clickhouse/charts/run-chart";
import type { Services } from "./running";

/** What the charts over the list of runs show. */
export function readChart(
  { database }: Pick<Services, "database">,
  query: RunChartQuery,
  signal: AbortSignal,
): Promise<RunChart> {
  return readRunChart(database, query, Date.now(), signal);
}
