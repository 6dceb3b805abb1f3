import { signInRequestSchema } from "@/lib/api/sign-in";
import { isSameSecret, sessionCookie, sessionValue } from "@/lib/server/access";
import { currentConfig } from "@/lib/server/config";
import { HttpProblem, json, readJson, route } from "@/lib/server/http";

/** Wrong tokens in the running minute; a guesser gets ten a minute, whoever asks. */
const wrong = { sinceMs: 0, count: 0 };
const maxWrong = 10;

export const POST = route({ write: "json", open: true }, async (request) => {
  const { API_TOKEN } = currentConfig();
  const { token } = await readJson(request, signInRequestSchema);
  if (!API_TOKEN) return json({ signed_in: true });
  if (Date.now() - wrong.sinceMs > 60_000) Object.assign(wrong, { sinceMs: Date.now(), count: 0 });
  if (wrong.count >= maxWrong) {
    throw new HttpProblem(429, "Too many tries", "Wait a minute, then try again.", { "retry-after": "60" });
  }
  if (!isSameSecret(token, API_TOKEN)) {
    wrong.count++;
    throw new HttpProblem(401, "Wrong token", "That is not the API token. It is what API_TOKEN was set to.");
  }
  const secure = new URL(request.url).protocol === "https:" ? "; Secure" : "";
  const response = json({ signed_in: true });
  response.headers.set(
    "set-cookie",
    `${sessionCookie}=${sessionValue(API_TOKEN)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000${secure}`,
  );
  return response;
});
