import { type NextRequest, NextResponse } from "next/server";
import { checkHost, isSignedIn } from "./access";
import { currentConfig } from "./config";
import { errorToProblem } from "./problem";

/**
 * The door of the pages: unknown hosts are turned away, people without the token go to the sign-in page, and
 * every page carries a content security policy whose nonce Next puts on its own scripts. Calls of the API
 * check for themselves (lib/server/http.ts): what passes here is cut to 10 MB, and uploads are larger.
 */
export function pageDoor(request: NextRequest): NextResponse {
  const config = currentConfig();
  try {
    checkHost(request.headers, config);
  } catch (error) {
    const { status, detail } = errorToProblem(error);
    return new NextResponse(detail, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
  }
  const { pathname, search } = request.nextUrl;
  if (pathname !== "/sign-in" && !isSignedIn(request.headers, config)) {
    // Relative: what this server is called from outside is not for it to know.
    const location = `/sign-in?next=${encodeURIComponent(pathname + search)}`;
    return new NextResponse(null, { status: 307, headers: { location } });
  }

  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("referrer-policy", "no-referrer");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("x-frame-options", "DENY");
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  // The development server compiles in the browser.
  const development = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
