import { removeDataset } from "@/lib/server/datasets";
import { json, readNoQuery, route } from "@/lib/server/http/http";

export const DELETE = route({ write: "json" }, async (services, request, { name = "" }) => {
  readNoQuery(request);
  return json(await removeDataset(services, name));
});
