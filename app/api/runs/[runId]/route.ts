import { json, route } from "@/lib/server/http";
import { readRun, removeRun } from "@/lib/server/runs";

export const GET = route({}, async (request, { runId = "" }) => json(await readRun(runId, request.signal)));

export const DELETE = route({ write: "json" }, async (_request, { runId = "" }) =>
  json(await removeRun(runId)),
);
