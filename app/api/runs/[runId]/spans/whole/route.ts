import { spansQuerySchema } from "@/lib/api/runs";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readSpanDetails } from "@/lib/server/runs";

export const GET = route({}, async (services, request, { runId = "" }) => {
  const { ids } = readQuery(request, spansQuerySchema);
  return json(await readSpanDetails(services, runId, ids, request.signal));
});
