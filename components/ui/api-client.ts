import type { z } from "zod";
import { pages } from "@/lib/api/paths";
import { type Problem, problemSchema } from "@/lib/api/problem";
import { createEventParser, type ServerEvent } from "./event-parser";

/** A call that failed. `message` is one sentence that says what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly problem: Problem,
    /** Seconds after which to ask again, where the server said so. */
    readonly retryAfterS?: number,
  ) {
    super(problem.detail);
  }
}

function failure(status: number, title: string, detail: string): ApiError {
  return new ApiError({ type: "about:blank", status, title, detail });
}

/** Headers that a call with a JSON body, or a write without a body, must carry. */
export const jsonHeaders = { "content-type": "application/json" } as const;

/**
 * Calls the API and checks the answer against its schema at the edge. Throws an ApiError for a problem, for
 * an app that cannot be reached (status 0) and for an answer of another shape; the signal's reason when it
 * was aborted. An answer of 401 leads to the sign-in page.
 */
export async function fetchJson<T>(path: string, schema: z.ZodType<T>, init?: RequestInit): Promise<T> {
  const response = await send(path, init);
  return parseAnswer(schema, await response.json().catch(() => undefined));
}

/** Calls the API for bytes. Rejects like `fetchJson` where they cannot be had or break off. */
export async function fetchBytes(path: string, init?: RequestInit): Promise<ArrayBuffer> {
  const response = await send(path, init);
  try {
    return await response.arrayBuffer();
  } catch {
    init?.signal?.throwIfAborted();
    throw unreachable();
  }
}

/** The value as the schema's type, or an ApiError that says the app's parts do not fit together. */
export function parseAnswer<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw failure(
    0,
    "The answer was not understood",
    "The app answered in another form than this page expects. Reload the page; it may be older than the app.",
  );
}

/** Calls the API for a stream of events. Rejects like `fetchJson` where the stream cannot be opened or breaks. */
export async function fetchEvents(
  path: string,
  init: RequestInit,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const response = await send(path, { ...init, headers: { ...init.headers, accept: "text/event-stream" } });
  if (!response.body) throw unreachable();
  const parser = createEventParser(onEvent);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(value);
    }
  } catch (error) {
    init.signal?.throwIfAborted();
    throw error instanceof TypeError ? unreachable() : error;
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    init?.signal?.throwIfAborted();
    throw unreachable();
  }
  if (response.ok) return response;
  throw problemToError(
    response.status,
    await response.json().catch(() => undefined),
    response.headers.get("retry-after"),
  );
}

/** The error of an answer that is not a success; goes to the sign-in page where that is what is missing. */
export function problemToError(status: number, body: unknown, retryAfter: string | null): ApiError {
  if (status === 401 && location.pathname !== pages.signIn) location.assign(signInAddress());
  const problem = problemSchema.safeParse(body);
  if (!problem.success) return failure(status, `The app answered ${status}`, "Try again in a moment.");
  const seconds = Number(retryAfter);
  return new ApiError(problem.data, retryAfter && seconds > 0 ? seconds : undefined);
}

export function unreachable(): ApiError {
  return failure(
    0,
    "The app cannot be reached",
    "Check that it is still running where it was started, then try again.",
  );
}

/** Where to sign in, and to come back from. */
function signInAddress(): string {
  return `${pages.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** JSON of an event or an answer, or undefined, which no schema takes. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
