import type { ClickHouseClient } from "@clickhouse/client";
import { sleep } from "@/lib/base/tasks";
import type { Span } from "@/lib/trace/span";
import { databaseErrorCode, isWorthAnotherTry } from "../connection/errors";
import { inTurn } from "../deletion/deletion-turn";
import { deriveRuns } from "./run-views";

/**
 * One insert of spans writes several parts: the spans, and what each view makes of them. Where it fails in between
 * (a disk that is full, a database that is killed, a cancel) the spans can be stored without their run. Whoever sent
 * them may have given up by then, so their runs are derived again here, from the parts that are new enough.
 */
export interface RunMender {
  /** The same insert; one that fails is looked after. */
  watch(insert: InsertSpans): InsertSpans;
  /** The database has been away, or this process has just started: what was being written then is looked after. */
  mendSoon(): void;
}

type InsertSpans = (spans: readonly Span[], signal?: AbortSignal) => Promise<void>;

export interface MendTimes {
  /** A cancelled insert has ended by then. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

const usualTimes: MendTimes = { firstPauseMs: 5_000, maxPauseMs: 60_000 };

/** `onGivenUp` hears of what the database refuses for good; `signal` ends it all. */
export function createRunMender(
  client: ClickHouseClient,
  signal: AbortSignal,
  onGivenUp: (error: unknown) => void,
  times: MendTimes = usualTimes,
): RunMender {
  /** When the first insert began that failed and was not looked after; by this process's clock. */
  let tornSinceMs: number | undefined;
  let isMending = false;

  /** Never rejects. */
  async function mend(): Promise<void> {
    isMending = true;
    for (let pauseMs = times.firstPauseMs; tornSinceMs !== undefined; ) {
      await sleep(pauseMs, signal).catch(() => undefined);
      // The next start looks again.
      if (signal.aborted) return;
      const sinceMs = tornSinceMs;
      tornSinceMs = undefined;
      try {
        await mendRuns(client, Date.now() - sinceMs, signal);
        pauseMs = times.firstPauseMs;
      } catch (error) {
        if (databaseErrorCode(error) !== undefined && !isWorthAnotherTry(error)) {
          onGivenUp(error);
          continue;
        }
        tornSinceMs = Math.min(tornSinceMs ?? sinceMs, sinceMs);
        pauseMs = Math.min(times.maxPauseMs, pauseMs * 2);
      }
    }
    isMending = false;
  }

  function mendSince(beganMs: number): void {
    tornSinceMs = Math.min(tornSinceMs ?? beganMs, beganMs);
    if (!isMending) void mend();
  }

  return {
    watch: (insert) => async (spans, insertSignal) => {
      const beganMs = Date.now();
      try {
        await insert(spans, insertSignal);
      } catch (error) {
        mendSince(beganMs);
        throw error;
      }
    },
    mendSoon: () => mendSince(Date.now()),
  };
}

/** Derived by one statement: 10 s of work. */
const sliceSpans = 5_000_000;
/** Clocks of parts go by whole seconds, and an insert takes less than this. */
const marginSeconds = 60;
/** A server that started so recently may have died with an insert under way. */
const youngSeconds = 300;

const ofSpans = "database = currentDatabase() AND table = 'otel_traces'";

/**
 * Derives the runs of all spans in parts that were written within the last `agoMs`, or around the end of a server
 * that has just been started again. Idempotent. Rejects where the database refuses it, also for lack of room.
 */
export async function mendRuns(client: ClickHouseClient, agoMs: number, signal: AbortSignal): Promise<void> {
  const result = await client.query({
    // The newest part from before the server's start tells when it ended.
    query: `WITH toInt64(toUnixTimestamp(now())) AS at,
        (SELECT max(toInt64(toUnixTimestamp(modification_time))) FROM system.parts
          WHERE ${ofSpans} AND modification_time < now() - uptime()) AS endedAt,
        least(at - {agoSeconds:Int64}, if(uptime() < ${youngSeconds}, endedAt, at)) - ${marginSeconds} AS since
      SELECT since, sum(rows) AS spans FROM system.parts
      WHERE ${ofSpans} AND active AND toUnixTimestamp(modification_time) >= since`,
    query_params: { agoSeconds: Math.ceil(agoMs / 1_000) },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<{ since: string; spans: string }>();
  if (!row || Number(row.spans) === 0) return;
  // A write that a full disk refuses: taking a turn would use up what is kept for deleting.
  await client.command({
    query: "INSERT INTO jiva_migrations SELECT 'runs-mended' AS Name, now64(3) AS DoneAt",
  });
  const slices = Math.ceil(Number(row.spans) / sliceSpans);
  for (let slice = 0; slice < slices; slice++) {
    signal.throwIfAborted();
    await inTurn(client, () =>
      deriveRuns(
        client,
        // Parts that were merged meanwhile count too, or what is read could be one of them.
        `_part IN (SELECT name FROM system.parts WHERE ${ofSpans} AND toUnixTimestamp(modification_time) >= {since:Int64})
          AND cityHash64(TraceId) % {slices:UInt32} = {slice:UInt32}`,
        { since: row.since, slices, slice },
        signal,
      ),
    );
  }
}
