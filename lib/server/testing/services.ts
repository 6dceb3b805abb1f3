import { afterAll, beforeAll, inject } from "vitest";
import { createGate } from "@/lib/base/tasks";
import { isDiskFull, isWorthAnotherTry } from "@/lib/clickhouse/connection/errors";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { endAllSessions, endSession, findSession, writeSession } from "@/lib/clickhouse/sessions";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { createStore } from "@/lib/clickhouse/store";
import { openTestDatabase } from "@/lib/clickhouse/testing/database";
import { spansToOtlpJson } from "@/lib/otlp/json/spans-to-otlp-json";
import { createSpanIntake, type SpanIntakeOptions } from "@/lib/telemetry/span-intake";
import type { Span } from "@/lib/trace/span";
import { createPool } from "@/lib/workers/pool";
import { readConfig } from "../config";
import type { RouteHandler } from "../http/http";
import { createSessions } from "../http/sessions";
import { createWrongTokens } from "../http/wrong-tokens";
import type { Services } from "../running";

export { nanoseconds } from "@/lib/base/time";
export { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/testing/spans";
export { anyMutations, mutate, otlpJsonToProtobuf, publishedExample } from "@/lib/otlp/testing/otlp-bodies";
export { decodeSpanColumns } from "@/lib/trace/columns/span-columns";
export type { Span } from "@/lib/trace/span";
export { anySpanAt } from "@/lib/trace/testing/any-span";

/** Services around a database of their own, for tests that call routes. */
export interface TestServices extends Services {
  storeSpans(spans: readonly Span[]): Promise<void>;
  /** What the telemetry does when it is asked to store what waits. */
  onFlush: () => Promise<void>;
  /** How the intake stores what is received. */
  insert: SpanIntakeOptions["insert"];
}

/** To be called once, at the top of a test file: sets the database up before its tests, and ends all after them. */
export function startTestServices(): TestServices {
  const database = openTestDatabase();
  const { data } = database;
  const pool = createPool({ file: inject("workersFile") });
  const started: TestServices = {
    storeSpans: (spans) => insertSpans(database, spans),
    onFlush: async () => undefined,
    insert: (spans, signal) => insertSpans(database, spans, signal),
    config: readConfig({ TRACE_TTL_HOURS: "0" }),
    database,
    store: createStore(database),
    telemetry: {
      // Always something, so that whoever finds nothing asks for a flush.
      stats: () => ({ queued: 1, dropped: 0 }),
      flush: () => started.onFlush(),
      endOpenSpans: () => undefined,
      close: async () => undefined,
    },
    intake: createSpanIntake({
      insert: (spans, signal) => started.insert(spans, signal),
      isWorthAnotherTry,
      isDiskFull,
      limits: { intervalMs: 20, awayMs: 300 },
    }),
    pool,
    questions: createGate({ places: 4, line: 16 }),
    stopping: new AbortController().signal,
    migration: { state: "done" },
    sessions: createSessions({
      write: (session) => writeSession(data, session),
      find: (idHash, signal) => findSession(data, idHash, signal),
      end: (session) => endSession(data, session),
      endAll: () => endAllSessions(data),
    }),
    wrongTokens: createWrongTokens(() => undefined),
    launcher: { restarts: () => undefined },
  };
  beforeAll(() => migrate(database, { ttlHours: 0 }));
  afterAll(async () => {
    await started.intake.close(1_000);
    await pool.close();
    await database.drop();
  });
  return started;
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

/** Calls a route with these services as Next would, from this machine; as JSON where `headers` say nothing else. */
export function callRoute(
  services: Services,
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
  return handler.with(services)(request);
}

/** Spans as the body of a request. */
export async function otlpJsonOf(spans: readonly Span[]): Promise<string> {
  let text = "";
  for await (const piece of spansToOtlpJson([spans])) text += piece;
  return text;
}
