import { type Services, services } from "../running";
import { checkHost, checkOrigin, checkVisitor } from "./access";
import { type AddressIds, readIds } from "./address-ids";
import { errorToProblem, HttpProblem, problemResponse } from "./problem";

export { readJson, readNoQuery, readQuery } from "./read-json";

export interface RouteOptions {
  /**
   * A call that changes something: `json` needs `content-type: application/json`, `upload` the header
   * `x-jiva-request: 1` (a form of another site can send neither), and both our own Origin.
   */
  readonly write?: "json" | "upload";
  /** Only reads, whatever its method: READ_TOKEN suffices. GET always does. */
  readonly reads?: boolean;
  /** Answers without the API token: the bare health check, and signing in. */
  readonly open?: boolean;
  /** Answers with a problem otherwise than as problem+json: a protocol that has errors of its own. */
  readonly toResponse?: (problem: HttpProblem, request: Request) => Response;
}

/** What every route works with, to tell who may call it. */
type EveryRoute = "config" | "sessions" | "wrongTokens";

export interface RouteHandler<Part extends keyof Services = keyof Services> {
  /** What Next calls. It hands the path's parameters over as well, which are not used: see `readIds`. */
  (request: Request): Promise<Response>;
  /** The same with services other than the process's. */
  with(given: Pick<Services, Part | EveryRoute>): (request: Request) => Promise<Response>;
}

/** Answers of the API are data for one caller: not stored, not guessed at, not framed, running nothing. */
const apiHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * A Next route handler around `handle`: keeps strangers out, hands over the process's services and the ids that the
 * address names, turns what is thrown into problem+json. A header that `handle` sets wins over the usual ones.
 */
export function route<Part extends keyof Services = keyof Services>(
  options: RouteOptions,
  handle: (services: Pick<Services, Part>, request: Request, ids: AddressIds) => Promise<Response>,
): RouteHandler<Part> {
  const answer = async (request: Request, find: () => Pick<Services, Part | EveryRoute>) => {
    let response: Response;
    try {
      const given = find();
      checkHost(request.headers, given.config);
      if (!options.open) {
        const isRead = options.reads || request.method === "GET" || request.method === "HEAD";
        await checkVisitor(given, request.headers, isRead ? "read" : "full");
      }
      if (options.write) checkWrite(request.headers, options.write);
      response = await handle(given, request, readIds(request.url));
    } catch (error) {
      const problem = request.signal.aborted ? clientClosed() : errorToProblem(error);
      if (problem.status === 500) console.error(`${request.method} ${new URL(request.url).pathname}:`, error);
      response = (options.toResponse ?? problemResponse)(problem, request);
    }
    for (const [name, value] of Object.entries(apiHeaders)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  };
  return Object.assign((request: Request) => answer(request, services), {
    with: (given: Pick<Services, Part | EveryRoute>) => (request: Request) => answer(request, () => given),
  });
}

/** Nobody reads this answer: the caller went away, and what was thrown is our own work being stopped. */
function clientClosed(): HttpProblem {
  return new HttpProblem(499, "Request closed", "The request was closed before it was answered.");
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

export function wantsEventStream(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes("text/event-stream");
}

function checkWrite(headers: Headers, kind: "json" | "upload"): void {
  checkOrigin(headers);
  if (kind === "upload") {
    if (headers.get("x-jiva-request") === "1") return;
    throw new HttpProblem(403, "Header missing", "Send the header `x-jiva-request: 1` with an upload.");
  }
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return;
  throw new HttpProblem(
    415,
    "Unsupported content type",
    "Send this call as `content-type: application/json`.",
  );
}
