import { json, readNoQuery, route } from "@/lib/server/http/http";
import { readRun, removeRun } from "@/lib/server/runs";

export const GET = route({}, async (request, { runId = "" }) => {
  readNoQuery(request);
  return json(await readRun(runId, request.signal));
});

export const DELETE = route({ write: "json" }, async (request, { runId = "" }) => {
  readNoQuery(request);
  return json(await removeRun(runId));
});
