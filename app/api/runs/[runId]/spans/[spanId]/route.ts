import { json, route } from "@/lib/server/http";
import { readSpanDetail } from "@/lib/server/runs";

export const GET = route({}, async (request, { runId = "", spanId = "" }) =>
  json(await readSpanDetail(runId, spanId, request.signal)),
);
