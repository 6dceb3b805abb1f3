import { spansQuerySchema } from "@/lib/api/runs";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readSpanDetails } from "@/lib/server/runs";

export const GET = route({}, async (request, { runId = "" }) => {
  const { ids } = readQuery(request, spansQuerySchema);
  return json(await readSpanDetails(runId, ids, request.signal));
});
