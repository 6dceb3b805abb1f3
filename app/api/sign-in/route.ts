import { signInRequestSchema } from "@/lib/api/sign-in";
import { json, readJson, route } from "@/lib/server/http/http";
import { signIn } from "@/lib/server/http/sign-in";

export const POST = route({ write: "json", open: true }, async (services, request) => {
  const { token } = await readJson(request, signInRequestSchema);
  const { role, cookie } = await signIn(services, token, request.headers);
  const response = json({ signed_in: true, role });
  if (cookie) response.headers.set("set-cookie", cookie);
  return response;
});
