import { json, route } from "@/lib/server/http/http";
import { signOutAll } from "@/lib/server/http/sign-in";

/** Signs everybody out. */
export const DELETE = route({ write: "json" }, async () => {
  await signOutAll();
  return json({ signed_in: false });
});
