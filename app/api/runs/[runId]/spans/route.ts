import { runSpansQuerySchema, spanColumnsContentType } from "@/lib/api/runs";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readPlainSpans, readSpanColumns } from "@/lib/server/runs";

export const GET = route({}, async (request, { runId = "" }) => {
  const { format } = readQuery(request, runSpansQuerySchema);
  const accepts = request.headers.get("accept")?.includes(spanColumnsContentType);
  if (format === "json" || (format === undefined && !accepts)) {
    return json(await readPlainSpans(runId, request.signal));
  }
  return new Response(await readSpanColumns(runId, request.signal), {
    headers: { "content-type": spanColumnsContentType },
  });
});
