import { exportQuerySchema } from "@/lib/api/exports";
import { exportHtml, exportTrace } from "@/lib/server/export-runs";
import { readQuery, route } from "@/lib/server/http/http";

export const GET = route({}, async (services, request, { runId = "" }) => {
  const { format, ...options } = readQuery(request, exportQuerySchema);
  return format === "html"
    ? exportHtml(services, [runId], options, request.signal)
    : exportTrace(services, runId, format, options.values, request.signal);
});
