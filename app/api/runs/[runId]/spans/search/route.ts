import { spanSearchQuerySchema } from "@/lib/api/span-search";
import { json, readQuery, route } from "@/lib/server/http/http";
import { findSpans } from "@/lib/server/search-spans";

export const GET = route({}, async (request, { runId = "" }) => {
  const { q } = readQuery(request, spanSearchQuerySchema);
  return json(await findSpans(runId, q, request.signal));
});
