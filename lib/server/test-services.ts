import { insertSpans } from "@/lib/clickhouse/insert-spans";
import { migrate } from "@/lib/clickhouse/migrate";
import { openTestDatabase } from "@/lib/clickhouse/test-database";
import type { Span } from "@/lib/trace/span";

export { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/test-spans";

/** Services around a database of their own, for tests that call routes as Next would. */
export interface TestServices {
  store(spans: readonly Span[]): Promise<void>;
  /** What the telemetry does when it is asked to store what waits. */
  onFlush: () => Promise<void>;
  close(): Promise<void>;
}

export async function startTestServices(): Promise<TestServices> {
  const database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
  const key = Symbol.for("jiva.services");
  const started: TestServices = {
    store: (spans) => insertSpans(database, spans),
    onFlush: async () => undefined,
    close: async () => {
      Reflect.deleteProperty(globalThis, key);
      await database.drop();
    },
  };
  const telemetry = { stats: () => ({ queued: 1, dropped: 0 }), flush: () => started.onFlush() };
  Object.assign(globalThis, { [key]: { database, telemetry } });
  return started;
}
