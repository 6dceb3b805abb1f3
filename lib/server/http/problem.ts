import { tmpdir } from "node:os";
import { type Problem, problemContentType } from "@/lib/api/problem";
import { isNamed } from "@/lib/base/named-errors";
import { DeadlineExceeded, TooBusy } from "@/lib/base/tasks";
import {
  databaseErrorCode,
  isDatabaseAway,
  isDiskFull,
  isOwnDiskFull,
} from "@/lib/clickhouse/connection/errors";
import { TableQueryError } from "@/lib/clickhouse/datasets/table-query";

/** A request that cannot be answered as asked: what happened, and one sentence on what to do. */
export class HttpProblem extends Error {
  static readonly className = "HttpProblem";
  override readonly name = HttpProblem.className;
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Members of the problem beyond the usual ones (RFC 9457, 3.2). */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${title}: ${detail}`);
  }
}

export function badRequest(detail: string): HttpProblem {
  return new HttpProblem(400, "Invalid request", detail);
}

/**
 * The problem behind any failure. What nobody foresaw becomes a 500 whose text stays on the server: messages
 * of libraries can hold what the caller must not see.
 */
export function errorToProblem(error: unknown): HttpProblem {
  if (isNamed(error, HttpProblem)) return error;
  if (isNamed(error, DeadlineExceeded)) {
    return new HttpProblem(
      504,
      "Deadline exceeded",
      `No answer within ${error.limitMs} ms. Ask something narrower, or give more time with timeout_ms.`,
    );
  }
  if (isNamed(error, TooBusy)) {
    return new HttpProblem(429, "Too many questions", "Too much is running already. Try again in a moment.", {
      "retry-after": String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000))),
    });
  }
  if (isNamed(error, TableQueryError)) {
    return new HttpProblem(422, "Query too large", error.message);
  }
  if (isDiskFull(error)) return diskFull(error);
  if (databaseErrorCode(error) === "236") return databaseEnding();
  if (isDatabaseAway(error)) return databaseAway();
  // UNKNOWN_TABLE, UNKNOWN_DATABASE: the tables are still being made (lib/server/services.ts).
  if (["60", "81"].includes(databaseErrorCode(error) ?? "")) {
    return new HttpProblem(
      503,
      "Tables not ready",
      "The database's tables are not there yet. Try again in a few seconds, and look at /api/health.",
      { "retry-after": "2" },
    );
  }
  return new HttpProblem(500, "Unexpected error", "Something went wrong here. The server's log says what.");
}

export function databaseAway(): HttpProblem {
  return new HttpProblem(
    503,
    "Database away",
    "ClickHouse does not answer. Nothing was lost; try again in a few seconds, and look at /api/health.",
    { "retry-after": "2" },
  );
}

/** ABORTED: it stops, or refuses what writes until it does. */
function databaseEnding(): HttpProblem {
  return new HttpProblem(
    503,
    "Database restarting",
    "ClickHouse is about to start anew, and stores nothing until then. What was stored before is kept; look at /api/health for when, and send it again in half a minute.",
    { "retry-after": "10" },
  );
}

function diskFull(error: unknown): HttpProblem {
  const where = isOwnDiskFull(error)
    ? `Files on their way lie in ${tmpdir()}, and its disk`
    : "The database's disk";
  return new HttpProblem(
    507,
    "Disk full",
    `${where} has no room for this. What was stored before is kept; delete datasets or traces, or make room on the disk, then send it again.`,
  );
}

export function problemBody({ status, title, detail, more }: HttpProblem): Problem {
  return { type: "about:blank", title, status, detail, ...more };
}

export function problemResponse(problem: HttpProblem): Response {
  return new Response(JSON.stringify(problemBody(problem)), {
    status: problem.status,
    headers: { ...problem.headers, "content-type": problemContentType },
  });
}
