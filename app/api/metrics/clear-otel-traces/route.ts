import { clearTracesRequestSchema } from "@/lib/api/runs";
import { json, readJson, route } from "@/lib/server/http/http";
import { clearTraces } from "@/lib/server/runs";

export const DELETE = route({ write: "json" }, async (services, request) =>
  json(await clearTraces(services, await readJson(request, clearTracesRequestSchema))),
);
