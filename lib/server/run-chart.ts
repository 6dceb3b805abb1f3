import type { RunChart, RunChartQuery } from "@/lib/api/run-chart";
import { readRunChart } from "@/lib/clickhouse/charts/run-chart";
import { services } from "./services";

/** What the charts over the list of runs show. */
export function readChart(query: RunChartQuery, signal: AbortSignal): Promise<RunChart> {
  return readRunChart(services().database, query, Date.now(), signal);
}
