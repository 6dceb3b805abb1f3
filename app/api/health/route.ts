import { readHealth } from "@/lib/server/health";
import { visitorOf } from "@/lib/server/http/access";
import { json, route } from "@/lib/server/http/http";

export const GET = route({ open: true }, async (services, request) => {
  const health = await readHealth(services);
  const status = health.status === "down" ? 503 : 200;
  // Somebody without the token learns whether it runs, and nothing else.
  const visitor = await visitorOf(services, request.headers).catch(() => undefined);
  return json(visitor ? health : { status: health.status }, status);
});
