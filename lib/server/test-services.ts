import { isDiskFull, isWorthAnotherTry } from "@/lib/clickhouse/connection/errors";
import { openTestDatabase } from "@/lib/clickhouse/connection/test-database";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { spansToOtlpJson } from "@/lib/otlp/json/spans-to-otlp-json";
import { createSpanIntake, type SpanIntake, type SpanIntakeOptions } from "@/lib/telemetry/span-intake";
import type { Span } from "@/lib/trace/span";
import type { RouteHandler } from "./http/http";

export { nanoseconds } from "@/lib/base/time";
export { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/spans/test-spans";
export { anyMutations, mutate, otlpJsonToProtobuf, publishedExample } from "@/lib/otlp/otlp-fixture";
export { decodeSpanColumns } from "@/lib/trace/columns/span-columns";
export { anySpanAt } from "@/lib/trace/content/span-fixture";
export type { Span } from "@/lib/trace/span";

/** Services around a database of their own, for tests that call routes as Next would. */
export interface TestServices {
  store(spans: readonly Span[]): Promise<void>;
  /** What the telemetry does when it is asked to store what waits. */
  onFlush: () => Promise<void>;
  /** How the intake stores what is received. */
  insert: SpanIntakeOptions["insert"];
  readonly intake: SpanIntake;
  readonly config: { TRACE_TTL_HOURS: number };
  readonly migration: { state: "running" | "done" };
  close(): Promise<void>;
}

export interface RouteCall {
  readonly method: string;
  /** The ids in the path. */
  readonly params?: Readonly<Partial<Record<"runId" | "spanId" | "name", string>>>;
  /** With its question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** Calls a route as Next would, from this machine; as JSON where `headers` say nothing else. */
export function callRoute(
  handler: RouteHandler,
  { method, params = {}, query = "", headers, body }: RouteCall,
): Promise<Response> {
  const { runId, spanId, name } = params;
  const segment = (id: string | undefined) => (id === undefined ? "" : `/${encodeURIComponent(id)}`);
  const collection = runId !== undefined ? `/runs${segment(runId)}` : `/datasets${segment(name)}`;
  const path = `/api${collection}${spanId === undefined ? "" : `/spans${segment(spanId)}`}${query}`;
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: { host: "localhost", "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: body as BodyInit }),
  });
  return handler(request);
}

/** Spans as the body of a request. */
export async function otlpJsonOf(spans: readonly Span[]): Promise<string> {
  let text = "";
  for await (const piece of spansToOtlpJson([spans])) text += piece;
  return text;
}

export async function startTestServices(): Promise<TestServices> {
  const database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
  const key = Symbol.for("jiva.services");
  const started: TestServices = {
    store: (spans) => insertSpans(database, spans),
    onFlush: async () => undefined,
    insert: (spans, signal) => insertSpans(database, spans, signal),
    intake: createSpanIntake({
      insert: (spans, signal) => started.insert(spans, signal),
      isWorthAnotherTry,
      isDiskFull,
      limits: { intervalMs: 20, awayMs: 300 },
    }),
    config: { TRACE_TTL_HOURS: 0 },
    migration: { state: "done" },
    close: async () => {
      await started.intake.close(1_000);
      Reflect.deleteProperty(globalThis, key);
      await database.drop();
    },
  };
  const telemetry = { stats: () => ({ queued: 1, dropped: 0 }), flush: () => started.onFlush() };
  const { intake, config, migration } = started;
  Object.assign(globalThis, { [key]: { database, telemetry, intake, config, migration } });
  return started;
}
