import { spanColumnsContentType } from "@/lib/api/runs";
import { json, route } from "@/lib/server/http";
import { readPlainSpans, readSpanColumns } from "@/lib/server/runs";

export const GET = route({}, async (request, { runId = "" }) => {
  if (!request.headers.get("accept")?.includes(spanColumnsContentType)) {
    return json(await readPlainSpans(runId, request.signal));
  }
  return new Response(await readSpanColumns(runId, request.signal), {
    headers: { "content-type": spanColumnsContentType },
  });
});
