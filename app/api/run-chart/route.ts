import { runChartQuerySchema } from "@/lib/api/run-chart";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readChart } from "@/lib/server/run-chart";

// Not below /api/runs: there every word is the id of a run.
export const GET = route({}, async (request) =>
  json(await readChart(readQuery(request, runChartQuerySchema), request.signal)),
);
