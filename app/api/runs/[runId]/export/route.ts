import { exportQuerySchema } from "@/lib/api/exports";
import { exportHtml, exportTrace } from "@/lib/server/export-runs";
import { readQuery, route } from "@/lib/server/http/http";

export const GET = route({}, async (request, { runId = "" }) => {
  const { format, ...options } = readQuery(request, exportQuerySchema);
  return format === "html"
    ? exportHtml([runId], options, request.signal)
    : exportTrace(runId, format, options.values, request.signal);
});
