import { readHealth } from "@/lib/server/health";
import { json, route } from "@/lib/server/http/http";
import { visitorOfPage } from "@/lib/server/http/sign-in";

export const GET = route({ open: true }, async (request) => {
  const health = await readHealth();
  const status = health.status === "down" ? 503 : 200;
  // Somebody without the token learns whether it runs, and nothing else.
  return json((await visitorOfPage(request.headers)) ? health : { status: health.status }, status);
});
