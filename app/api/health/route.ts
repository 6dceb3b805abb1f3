import { isSignedIn } from "@/lib/server/access";
import { currentConfig } from "@/lib/server/config";
import { readHealth } from "@/lib/server/health";
import { json, route } from "@/lib/server/http";

export const GET = route({ open: true }, async (request) => {
  const health = await readHealth();
  const status = health.status === "down" ? 503 : 200;
  // Somebody without the token learns whether it runs, and nothing else.
  return json(isSignedIn(request.headers, currentConfig()) ? health : { status: health.status }, status);
});
