import { isWorthAnotherTry } from "@/lib/clickhouse/errors";
import { insertSpans } from "@/lib/clickhouse/insert-spans";
import { migrate } from "@/lib/clickhouse/migrate";
import { openTestDatabase } from "@/lib/clickhouse/test-database";
import { createSpanIntake, type SpanIntake, type SpanIntakeOptions } from "@/lib/telemetry/span-intake";
import type { Span } from "@/lib/trace/span";

export { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/test-spans";
export { type Mutation, mutate, otlpJsonToProtobuf } from "@/lib/telemetry/otlp-fixture";

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
