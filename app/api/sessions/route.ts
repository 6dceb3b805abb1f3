import { json, route } from "@/lib/server/http/http";
import { signOutAll } from "@/lib/server/http/sign-in";

/** Signs everybody out. */
export const DELETE = route({ write: "json" }, async (services) => {
  await signOutAll(services);
  return json({ signed_in: false });
});
