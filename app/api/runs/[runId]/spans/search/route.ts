import { spanSearchQuerySchema } from "@/lib/api/span-search";
import { json, readQuery, route } from "@/lib/server/http/http";
import { findSpans } from "@/lib/server/search-spans";

export const GET = route({}, async (services, request, { runId = "" }) => {
  const { q } = readQuery(request, spanSearchQuerySchema);
  return json(await findSpans(services, runId, q, request.signal));
});
