import { z } from "zod";
import { isNamed } from "@/lib/base/named-errors";
import { DeadlineExceeded, withDeadline } from "@/lib/base/tasks";
import { idParametersOf } from "./address-ids";
import { badRequest, HttpProblem } from "./problem";

/** The largest body of a JSON call: 20 run ids of 1,000 characters fit, each written as two escapes of 6 bytes. */
const maxBodyBytes = 256 * 1024;
/** It fits in one packet or a few; what comes by drops holds a connection for nothing. */
const bodyLimitMs = 60_000;
const maxDepth = 16;

/**
 * A request's JSON body, checked. Throws a problem if it is not JSON (400), too large (413), nested too
 * deep (400) or not of the schema's shape (400, naming the field).
 */
export async function readJson<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const text = await readText(request, maxBodyBytes);
  let value: unknown;
  try {
    if (depthOf(text) > maxDepth) throw badRequest(`The body is nested deeper than ${maxDepth} levels.`);
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw badRequest("The body is not valid JSON.");
  }
  return parse(schema, value);
}

/**
 * The query string, checked, without the ids that belong to the path. A parameter that is given twice or that nobody
 * knows is refused.
 */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  const ids = idParametersOf(request.url);
  const value = new Map<string, string>();
  for (const [name, text] of new URL(request.url).searchParams) {
    if (ids.has(name)) continue;
    if (value.has(name)) throw badRequest(`The parameter ${name} is given twice.`);
    value.set(name, text);
  }
  return parse(schema, Object.fromEntries(value));
}

const noQuery = z.strictObject({});

/** For a call that takes no parameters but the ids of its path. */
export function readNoQuery(request: Request): void {
  readQuery(request, noQuery);
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  // The schema's own check for unknown names leaves this one out.
  if (typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__")) {
    throw badRequest('Unrecognized key: "__proto__".');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".");
  throw badRequest(`${where ? `${where}: ` : ""}${issue?.message ?? "The request has the wrong shape"}.`);
}

async function readText(request: Request, limit: number): Promise<string> {
  if (request.headers.has("content-encoding")) {
    throw new HttpProblem(415, "Unsupported encoding", "Send the body without a content-encoding.");
  }
  const { body } = request;
  if (!body) return "";
  try {
    return await withDeadline(request.signal, bodyLimitMs, () => collectText(body, limit));
  } catch (error) {
    if (isNamed(error, DeadlineExceeded)) {
      throw new HttpProblem(408, "Body too slow", `Send the body within ${bodyLimitMs / 1_000} seconds.`);
    }
    if (error instanceof TypeError) throw badRequest("The body is not valid UTF-8.");
    throw error;
  }
}

async function collectText(body: ReadableStream<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let readBytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    readBytes += chunk.byteLength;
    if (readBytes > limit) {
      throw new HttpProblem(413, "Body too large", `The body may be ${limit / 1024} KiB at most.`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** How deep brackets nest, text in quotes left aside; bounded work before the parser sees the body. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i];
    if (inText) {
      if (char === "\\") i++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}
