import { exportQuerySchema } from "@/lib/api/runs";
import { exportHtml } from "@/lib/server/export-runs";
import { readQuery, route } from "@/lib/server/http";

export const GET = route({}, async (request, { runId = "" }) => {
  readQuery(request, exportQuerySchema);
  return exportHtml([runId], request.signal);
});
