import { isDiskFull, isWorthAnotherTry } from "@/lib/clickhouse/errors";
import { insertSpans } from "@/lib/clickhouse/insert-spans";
import { migrate } from "@/lib/clickhouse/migrate";
import { openTestDatabase } from "@/lib/clickhouse/test-database";
import { createSpanIntake, type SpanIntake, type SpanIntakeOptions } from "@/lib/telemetry/span-intake";
import { spansToOtlpJson } from "@/lib/trace/otlp/spans-to-otlp-json";
import type { Span } from "@/lib/trace/span";
import type { RouteHandler } from "./http";

export { nanoseconds } from "@/lib/base/time";
export { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/test-spans";
export { anyMutations, mutate, otlpJsonToProtobuf, publishedExample } from "@/lib/telemetry/otlp-fixture";
export { anySpanAt } from "@/lib/trace/otlp/span-fixture";
export type { Span } from "@/lib/trace/span";
export { decodeSpanColumns } from "@/lib/trace/span-columns";

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
