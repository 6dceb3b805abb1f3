import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Target } from "./target";

/**
 * Headers that keep an answer from running what it should not, from being framed, and from being read by other
 * sites' pages. Every answer has them, whoever wrote it: the door, a route, Next's own pages for errors.
 */
const everywhere: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // What the pages use (clipboard, full screen) stays at its default: for this origin alone.
  "permissions-policy": [
    "accelerometer",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
  ]
    .map((feature) => `${feature}=()`)
    .join(", "),
};

/** Data for one caller: nothing in it is to be run. An exported page brings a policy of its own. */
const callPolicy = "default-src 'none'; frame-ancestors 'none'";
/** A worker's script carries the policy that the worker runs under. */
const assetPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** A value for one answer's scripts; nobody can guess it. */
export function createNonce(): string {
  return randomBytes(16).toString("base64");
}

export function pagePolicy(nonce: string, isDev: boolean): string {
  // The development server compiles in the browser.
  const development = isDev ? " 'unsafe-eval'" : "";
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

/** The headers of an answer that has not said anything else. */
export function securityHeaders(kind: Target["kind"]): Readonly<Record<string, string>> {
  return { ...everywhere, "content-security-policy": kind === "asset" ? assetPolicy : callPolicy };
}

/**
 * Adds the headers just before the answer's head is written, where they are not set by then: what a route sets
 * wins, and Next would drop a route's header that the answer has already.
 */
export function addSecurityHeaders(response: ServerResponse, kind: Target["kind"]): void {
  const writeHead = response.writeHead;
  response.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    if (!this.headersSent) {
      for (const [name, value] of Object.entries(securityHeaders(kind))) {
        if (!this.hasHeader(name)) this.setHeader(name, value);
      }
    }
    return Reflect.apply(writeHead, this, args);
  } as typeof writeHead;
}
