import { spanQuerySchema } from "@/lib/api/runs";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readSpanDetail } from "@/lib/server/runs";

export const GET = route({}, async (services, request, { runId = "", spanId = "" }) => {
  const { trace_id: traceId } = readQuery(request, spanQuerySchema);
  return json(
    await readSpanDetail(
      services,
      runId,
      { spanId, ...(traceId !== undefined && { traceId }) },
      request.signal,
    ),
  );
});
