import { runChartQuerySchema } from "@/lib/api/run-chart";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readChart } from "@/lib/server/run-chart";

// Not below /api/runs: there every word is the id of a run.
export const GET = route({}, async (services, request) =>
  json(await readChart(services, readQuery(request, runChartQuerySchema), request.signal)),
);
