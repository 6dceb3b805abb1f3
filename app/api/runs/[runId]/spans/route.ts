import { runSpansQuerySchema, spanColumnsContentType } from "@/lib/api/runs";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readPlainSpans, readSpanColumns } from "@/lib/server/runs";

export const GET = route({}, async (services, request, { runId = "" }) => {
  const { format } = readQuery(request, runSpansQuerySchema);
  const accepts = request.headers.get("accept")?.includes(spanColumnsContentType);
  if (format === "json" || (format === undefined && !accepts)) {
    return json(await readPlainSpans(services, runId, request.signal));
  }
  return new Response(await readSpanColumns(services, runId, request.signal), {
    headers: { "content-type": spanColumnsContentType },
  });
});
