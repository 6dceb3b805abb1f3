import { ganttRequestSchema } from "@/lib/api/exports";
import { exportHtml } from "@/lib/server/export-runs";
import { readJson, route } from "@/lib/server/http/http";

export const POST = route({ write: "json", reads: true }, async (services, request) => {
  const { run_ids, ...options } = await readJson(request, ganttRequestSchema);
  return exportHtml(services, run_ids, options, request.signal);
});
