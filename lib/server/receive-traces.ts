import { isNamed } from "@/lib/base/named-errors";
import { sayRejections } from "@/lib/otlp/json/parse-otlp-json";
import { OtlpDecodeError, OtlpTooLarge } from "@/lib/otlp/otlp-limits";
import { decodeTraceRequest, type OtlpForm } from "@/lib/otlp/otlp-request";
import { encodeStatus, encodeSuccess, type OtlpBody } from "@/lib/otlp/otlp-response";
import { IntakeRefusal } from "@/lib/telemetry/span-intake";
import type { Span } from "@/lib/trace/span";
import { checkOrigin } from "./http/access";
import { readOtlpBody } from "./http/otlp-body";
import { badRequest, HttpProblem } from "./http/problem";
import type { Services } from "./running";

/**
 * OTLP over HTTP, as its specification says: answered only once the spans are stored, in the form of the request.
 * Throws a problem, which `otlpProblem` makes an answer of.
 */
export async function receiveTraces(
  { config, intake, migration }: Pick<Services, "config" | "intake" | "migration">,
  request: Request,
): Promise<Response> {
  // A browser may not be made to send spans by somebody else's page.
  checkOrigin(request.headers);
  const form = formOf(request.headers);
  if (!form) {
    throw new HttpProblem(
      415,
      "Unsupported content type",
      "Send OTLP as `content-type: application/x-protobuf` or `application/json`.",
    );
  }
  if (migration.state !== "done") {
    throw unavailable("The database's tables are not ready yet. Send again in a few seconds.");
  }
  try {
    const room = intake.enter();
    try {
      const receivedMs = Date.now();
      const body = await readOtlpBody(request, room);
      const { spans, rejections } = decodeTraceRequest(body, form, BigInt(receivedMs) * 1_000_000n);
      await intake.store(spans);
      const rejected = [...rejections.values()].reduce((sum, count) => sum + count, 0);
      const warning = sayExpired(spans, config.TRACE_TTL_HOURS, receivedMs);
      const message = [sayRejections(rejections), warning].filter((text) => text !== "").join("; ");
      return respond(200, encodeSuccess(form, rejected, message));
    } finally {
      room.leave();
    }
  } catch (error) {
    throw toProblem(error);
  }
}

/** An old trace must not vanish without a word: what the time to live will do to it. */
function sayExpired(spans: readonly Span[], ttlHours: number, nowMs: number): string {
  if (ttlHours === 0) return "";
  const cutNs = BigInt(nowMs - ttlHours * 3_600_000) * 1_000_000n;
  const expired = spans.reduce((count, { startNs }) => (startNs < cutNs ? count + 1 : count), 0);
  if (expired === 0) return "";
  return (
    `${expired} of the stored spans ${expired === 1 ? "is" : "are"} older than ${ttlHours} hours ` +
    "(TRACE_TTL_HOURS) and will be deleted soon; TRACE_TTL_HOURS=0 keeps spans for ever"
  );
}

function formOf(headers: Headers): OtlpForm | undefined {
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-protobuf") return "protobuf";
  return type === "application/json" ? "json" : undefined;
}

function toProblem(error: unknown): unknown {
  if (isNamed(error, OtlpDecodeError)) return badRequest(error.message);
  if (isNamed(error, OtlpTooLarge)) return new HttpProblem(413, "Request too large", error.message);
  if (!isNamed(error, IntakeRefusal)) return error;
  switch (error.kind) {
    case "full":
      return new HttpProblem(429, "Too many spans", error.message, { "retry-after": "1" });
    case "refused":
      return badRequest(error.message);
    case "no room":
      // OTLP's senders drop what is answered with 507, and keep what is answered with 503.
      return unavailable(error.message, 30);
    case "away":
    case "closing":
      return unavailable(error.message);
  }
}

function unavailable(detail: string, retryAfterSeconds = 2): HttpProblem {
  return new HttpProblem(503, "Spans cannot be stored", detail, { "retry-after": String(retryAfterSeconds) });
}

/** google.rpc.Code by HTTP status; what is not here is INVALID_ARGUMENT (4xx) or INTERNAL (5xx). */
const rpcCodes: ReadonlyMap<number, number> = new Map([
  [401, 16], // UNAUTHENTICATED
  [403, 7], // PERMISSION_DENIED
  [408, 4], // DEADLINE_EXCEEDED
  [429, 8], // RESOURCE_EXHAUSTED
  [499, 1], // CANCELLED
  [503, 14], // UNAVAILABLE
  [504, 4], // DEADLINE_EXCEEDED
]);

/** A problem as OTLP has it: google.rpc.Status in the request's form, or in JSON where it has neither. */
export function otlpProblem({ status, detail, headers }: HttpProblem, request: Request): Response {
  const code = rpcCodes.get(status) ?? (status < 500 ? 3 : 13);
  return respond(status, encodeStatus(formOf(request.headers) ?? "json", code, detail), headers);
}

function respond(
  status: number,
  { contentType, body }: OtlpBody,
  headers: Readonly<Record<string, string>> = {},
) {
  return new Response(body, { status, headers: { ...headers, "content-type": contentType } });
}
