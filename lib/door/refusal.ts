import type { ServerResponse } from "node:http";
import { type Problem, problemContentType } from "@/lib/api/problem";

/** A request that the door does not let through: what is wrong, and one sentence on what to do. */
export interface DoorRefusal {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that was thrown: a problem of the app's (lib/server/http/problem.ts) is one too. */
export function isRefusal(error: unknown): error is DoorRefusal {
  if (!(error instanceof Error)) return false;
  const { status, title, detail } = error as Partial<DoorRefusal>;
  return typeof status === "number" && typeof title === "string" && typeof detail === "string";
}

/** The body and its type: problem+json for programs, the sentence for people, who opened a page. */
export function refusalBody({ status, title, detail }: DoorRefusal, reader: "program" | "person") {
  if (reader === "person") return { type: "text/plain; charset=utf-8", body: `${detail}\n` };
  const problem: Problem = { type: "about:blank", title, status, detail };
  return { type: problemContentType, body: JSON.stringify(problem) };
}

export function sendRefusal(
  response: ServerResponse,
  refusal: DoorRefusal,
  reader: "program" | "person",
): void {
  const { type, body } = refusalBody(refusal, reader);
  for (const [name, value] of Object.entries(refusal.headers ?? {})) response.setHeader(name, value);
  response.writeHead(refusal.status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
