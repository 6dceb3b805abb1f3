/**
 * Every call of the API with its methods: what the door lets through, and answers 404 and 405 from. A test holds
 * it against the folder `app`.
 */
export const apiRoutes: Readonly<Record<string, readonly string[]>> = {
  "/api/ask": ["POST"],
  "/api/datasets": ["GET", "POST"],
  "/api/datasets/[name]": ["DELETE"],
  "/api/health": ["GET"],
  "/api/metrics/clear-otel-traces": ["DELETE"],
  "/api/metrics/gantt-otel": ["POST"],
  "/api/run-chart": ["GET"],
  "/api/runs": ["GET"],
  "/api/runs/[runId]": ["DELETE", "GET"],
  "/api/runs/[runId]/export": ["GET"],
  "/api/runs/[runId]/spans": ["GET"],
  "/api/runs/[runId]/spans/[spanId]": ["GET"],
  "/api/runs/[runId]/spans/search": ["GET"],
  "/api/runs/[runId]/spans/whole": ["GET"],
  "/api/samples": ["GET", "POST"],
  "/api/sessions": ["DELETE"],
  "/api/sign-in": ["POST"],
  "/api/sign-out": ["POST"],
  "/fastapi/metrics/clear-otel-traces": ["DELETE"],
  "/fastapi/metrics/gantt-otel": ["POST"],
  "/v1/traces": ["POST"],
};

/** A fixed word goes before a parameter in its place: /spans/search before /spans/[spanId]. */
const routes = Object.entries(apiRoutes)
  .map(([path, methods]) => ({ segments: path.split("/"), methods }))
  .sort((a, b) => parametersOf(a.segments) - parametersOf(b.segments));

/** True for addresses of calls, known or not; everything else is a page or a file. */
export function isApiPath(pathname: string): boolean {
  return /^\/(?:api|v1|fastapi)(?:\/|$)/.test(pathname);
}

/**
 * The methods that the call at this address has; undefined where there is none. `pathname` comes straight from the
 * address, percent-encoded. HEAD goes wherever GET does.
 */
export function methodsAt(pathname: string): readonly string[] | undefined {
  // Next sends an address that ends in a slash to the one without.
  const given = pathname.replace(/\/$/, "").split("/");
  const route = routes.find(({ segments }) => isMatch(segments, given));
  if (route === undefined) return undefined;
  return route.methods.includes("GET") ? [...route.methods, "HEAD"] : route.methods;
}

function isMatch(segments: readonly string[], given: readonly string[]): boolean {
  if (segments.length !== given.length) return false;
  return segments.every((segment, n) => (segment.startsWith("[") ? given[n] !== "" : segment === given[n]));
}

function parametersOf(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith("[")).length;
}
