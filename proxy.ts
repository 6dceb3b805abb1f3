export { pageDoor as proxy } from "@/lib/server/page-door";

/** Pages only: calls of the API check for themselves, and assets hold nothing but the program. */
export const config = { matcher: ["/((?!api/|v1/|fastapi/|_next/static/|favicon).*)"] };
