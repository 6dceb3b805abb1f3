import { isApiPath } from "@/lib/api/routes";
import { failed, ok, type Result } from "@/lib/base/result";
import type { DoorRefusal } from "./refusal";

/**
 * The longest address. One run id of 1,000 characters takes up to 9 kB of percent-encoding, and the comparison
 * of a few such runs has to fit.
 */
const maxTargetChars = 32 * 1024;

export interface Target {
  /** As in the address: percent-encoded. */
  readonly pathname: string;
  /** With its question mark, or empty. */
  readonly search: string;
  /** `call` is the API, `asset` what the pages are made of: it holds nothing but the program. */
  readonly kind: "call" | "asset" | "page";
}

/** The request line's address, or why it is none that a route could read. */
export function parseTarget(url: string): Result<Target, DoorRefusal> {
  if (url.length > maxTargetChars) {
    return failed({
      status: 414,
      title: "Address too long",
      detail: `An address may have ${maxTargetChars} characters. Name fewer runs, or ask for less at once.`,
    });
  }
  if (!url.startsWith("/") || url.startsWith("//")) {
    return malformed("The address has to begin with one slash, without a host.");
  }
  const at = url.search(/[?#]/);
  const pathname = at < 0 ? url : url.slice(0, at);
  const search = at < 0 ? "" : url.slice(at);
  if (search.startsWith("#")) return malformed("The address holds a #. Write it as %23.");
  if (pathname.includes("\\")) return malformed("The address holds a backslash. Write it as %5C.");
  try {
    decodeURIComponent(pathname);
  } catch {
    return malformed("The address holds a broken percent-encoding. Write a percent sign as %25.");
  }
  const kind = kindOf(pathname);
  // Next loses this one on its way to the route, which refuses every other name that it does not know.
  if (kind === "call" && new URLSearchParams(search).has("__proto__")) {
    const detail = "The parameter __proto__ is not known. Leave it out.";
    return failed({ status: 400, title: "Invalid request", detail });
  }
  return ok({ pathname, search, kind });
}

function malformed(detail: string): Result<never, DoorRefusal> {
  return failed({ status: 400, title: "Malformed address", detail });
}

function kindOf(pathname: string): Target["kind"] {
  if (isApiPath(pathname)) return "call";
  return pathname.startsWith("/_next/static/") ? "asset" : "page";
}
