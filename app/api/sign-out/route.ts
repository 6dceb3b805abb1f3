import { json, route } from "@/lib/server/http/http";
import { signOut } from "@/lib/server/http/sign-in";

export const POST = route({ write: "json", open: true }, async (services, request) => {
  const { cookie } = await signOut(services, request.headers);
  const response = json({ signed_in: false });
  response.headers.set("set-cookie", cookie);
  return response;
});
