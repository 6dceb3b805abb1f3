import { json, readNoQuery, route } from "@/lib/server/http/http";
import { readRun, removeRun } from "@/lib/server/runs";

export const GET = route({}, async (services, request, { runId = "" }) => {
  readNoQuery(request);
  return json(await readRun(services, runId, request.signal));
});

export const DELETE = route({ write: "json" }, async (services, request, { runId = "" }) => {
  readNoQuery(request);
  return json(await removeRun(services, runId));
});
