import { pages } from "@/lib/api/paths";

/**
 * Where to go after signing in: a path of this app, or the Ask page. Anything that a browser would read as
 * another site (`//host`, `/\host`, a scheme) or with control characters, which browsers drop, is not taken.
 */
export function parseReturnAddress(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/")) return pages.ask;
  const here = "http://here.invalid";
  const target = URL.canParse(next, here) ? new URL(next, here) : undefined;
  if (target?.origin !== here || target.pathname.startsWith("//")) return pages.ask;
  return target.pathname === pages.signIn ? pages.ask : target.pathname + target.search;
}
