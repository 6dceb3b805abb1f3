import { exportQuerySchema } from "@/lib/api/runs";
import { exportHtml, exportOtlp } from "@/lib/server/export-runs";
import { readQuery, route } from "@/lib/server/http";

export const GET = route({}, async (request, { runId = "" }) => {
  const { format } = readQuery(request, exportQuerySchema);
  return format === "otlp" ? exportOtlp(runId, request.signal) : exportHtml([runId], request.signal);
});
