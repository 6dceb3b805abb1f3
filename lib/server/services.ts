import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Cancelled, createGate, type Gate, sleep } from "@/lib/base/tasks";
import { type Database, openDatabase } from "@/lib/clickhouse/connection/client";
import { isDatabaseAway, isDiskFull, isWorthAnotherTry } from "@/lib/clickhouse/connection/errors";
import { sweepDatasets } from "@/lib/clickhouse/datasets/dataset-removal";
import { backfillRunsAgain } from "@/lib/clickhouse/schema/backfill";
import { createRunMender } from "@/lib/clickhouse/schema/mend-runs";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { endAllSessions, endSession, findSession, writeSession } from "@/lib/clickhouse/sessions";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { createStore } from "@/lib/clickhouse/store";
import { withJobSpan } from "@/lib/telemetry/job-span";
import { openQuerySpan } from "@/lib/telemetry/query-span";
import { startTelemetry } from "@/lib/telemetry/set-up";
import { installShutdown } from "@/lib/telemetry/shutdown";
import { createSpanIntake } from "@/lib/telemetry/span-intake";
import { untraced } from "@/lib/telemetry/untraced";
import { createPool } from "@/lib/workers/pool";
import { type Config, ConfigError, currentConfig } from "./config";
import { readEngineNotes } from "./engine-notes";
import { createSessions, type Sessions } from "./http/sessions";
import { createWrongTokens } from "./http/wrong-tokens";
import { linkToLauncher } from "./launcher-link";
import { areServicesStarted, keepServices, type Migration } from "./running";

const dataDatabase = "jiva";

// The parts of an ending, together below the 10 s that the launcher waits.
const finishLimitMs = 2_000;
const flushLimitMs = 6_000;
const endLimitMs = 9_500;

/** Starts everything. Throws a ConfigError where a setting is wrong. */
export function startServices(): void {
  if (areServicesStarted()) return;
  const config = currentConfig();
  if (!config.CLICKHOUSE_URL) {
    throw new ConfigError(
      "CLICKHOUSE_URL is not set. Start with `npm start`, which brings its own engine, or name a server.",
    );
  }
  const ending = new AbortController();
  const database = openDatabase({
    url: config.CLICKHOUSE_URL,
    user: config.CLICKHOUSE_USER,
    password: config.CLICKHOUSE_PASSWORD,
    tracesDatabase: config.CLICKHOUSE_DATABASE,
    dataDatabase,
    ...(config.CLICKHOUSE_CLUSTER !== undefined && { cluster: config.CLICKHOUSE_CLUSTER }),
    openSpan: openQuerySpan,
    onBack: () => {
      void sweepWhole(database, config);
      runMender.mendSoon();
    },
  });
  const runMender = createRunMender(database.traces, ending.signal, (error) =>
    console.error("Runs of spans that were stored halfway may be missing:", error),
  );
  const insert = runMender.watch((spans, signal) => insertSpans(database, spans, signal));
  const telemetry = startTelemetry({
    serviceName: config.OTEL_SERVICE_NAME,
    serviceVersion: readVersion(),
    requests: config.TRACE_REQUESTS,
    otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    ignoreUrls: [config.CLICKHOUSE_URL],
    insert,
    isWorthAnotherTry,
  });
  const intake = createSpanIntake({
    insert,
    isWorthAnotherTry,
    isDiskFull,
  });
  // The app runs in the repository's root.
  const pool = createPool({ file: join(process.cwd(), "dist", "workers.mjs"), trace: withJobSpan });
  const questions = createGate({ places: config.ASK_CONCURRENCY, line: config.ASK_CONCURRENCY * 4 });
  const migration: Migration = { state: "running" };

  keepServices({
    config,
    database,
    store: createStore(database),
    telemetry,
    intake,
    pool,
    questions,
    stopping: ending.signal,
    migration,
    sessions: openSessions(database.data),
    wrongTokens: createWrongTokens((line) => console.error(line)),
    launcher: linkToLauncher(),
  });

  void migrateUntilDone(database, config, migration, ending.signal).then(() => {
    if (migration.state === "done") runMender.mendSoon();
  });
  installShutdown(
    [
      {
        name: "questions and received spans",
        run: async () =>
          void (await Promise.all([endQuestions(questions, ending), intake.close(finishLimitMs)])),
      },
      { name: "jobs", run: () => pool.close() },
      { name: "spans", run: () => telemetry.close(flushLimitMs) },
      { name: "database", run: () => database.close() },
    ],
    endLimitMs,
  );
}

function openSessions(client: Database["data"]): Sessions {
  return createSessions({
    write: (session) => untraced(() => writeSession(client, session)),
    find: (idHash, signal) => untraced(() => findSession(client, idHash, signal)),
    end: (session) => untraced(() => endSession(client, session)),
    endAll: () => untraced(() => endAllSessions(client)),
  });
}

/** Running questions get a moment to finish; then they end as cancelled, and their runs say so. */
async function endQuestions(questions: Gate, ending: AbortController): Promise<void> {
  const untilIdle = async (limitMs: number) => {
    for (let waitedMs = 0; questions.running > 0 && waitedMs < limitMs; waitedMs += 20) await sleep(20);
  };
  await untilIdle(finishLimitMs);
  ending.abort(new Cancelled("The app is stopping."));
  await untilIdle(500);
}

/** The database may come later than the app, and may be away again before its tables are made. */
async function migrateUntilDone(
  database: Database,
  config: Config,
  migration: Migration,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await migrate(database, { ttlHours: config.TRACE_TTL_HOURS });
      migration.state = "done";
      void sweepWhole(database, config);
      void backfillRunsAgain(database.traces, signal).catch((error: unknown) => {
        if (!signal.aborted) console.error("Old runs may be missing; the next start looks again:", error);
      });
      delete migration.reason;
      return;
    } catch (error) {
      const isAway = isDatabaseAway(error);
      const reason = isAway
        ? "ClickHouse does not answer yet."
        : isDiskFull(error)
          ? "The database's disk is full, and not even its tables can be made. Make room on the disk."
          : `The tables could not be made: ${error}`;
      if (!isAway && migration.reason !== reason) console.error(reason);
      migration.reason = reason;
      await sleep(isAway ? 250 : 5_000, signal).catch(() => undefined);
    }
  }
}

/**
 * After a start, and when the database is back: what was being written when it went away may be half done.
 * After damage the catalogue may lack what is there: then nothing may be taken for a leftover.
 */
async function sweepWhole(database: Database, config: Config): Promise<void> {
  try {
    if ((await readEngineNotes(config)) === undefined) await sweepDatasets(database.data, Date.now());
  } catch (error) {
    if (isDatabaseAway(error)) return;
    console.error(
      "What crashed uploads left behind could not be removed; the next start tries again:",
      error,
    );
  }
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  return version;
}
