import { removeDataset } from "@/lib/server/datasets";
import { json, route } from "@/lib/server/http";

export const DELETE = route({ write: "json" }, async (_request, { name = "" }) =>
  json(await removeDataset(name)),
);
