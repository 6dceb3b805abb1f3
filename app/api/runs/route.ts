import { runsQuerySchema } from "@/lib/api/runs";
import { json, readQuery, route } from "@/lib/server/http/http";
import { readRuns } from "@/lib/server/runs";

export const GET = route({}, async (services, request) =>
  json(await readRuns(services, readQuery(request, runsQuerySchema), request.signal)),
);
