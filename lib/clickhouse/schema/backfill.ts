import type { ClickHouseClient } from "@clickhouse/client";
import { sleep } from "@/lib/base/tasks";
import { inTurn } from "../deletion/deletion-turn";
import { deriveRuns } from "./run-views";

/**
 * The derived rows of spans that were stored before the views were there. An INSERT that was planned before a
 * view existed and is stored after its day was backfilled passes both, so a minute later all is done once more.
 * Each of the two is remembered in jiva_migrations; a start that was cut off in between does it again.
 */

const firstName = "runs-from-spans-1";
const secondName = "runs-from-spans-1-again";

/** Spans derived per statement, roughly: 10 s of work, where a request may take 120 s. */
const usualSliceSpans = 5_000_000;

/** Longer than an INSERT takes from its plan to its end: a client gives up on it sooner. */
const secondAfterMs = 60_000;

export async function backfillRuns(client: ClickHouseClient): Promise<void> {
  if ((await doneAgoMs(client, firstName)) !== undefined) return;
  await deriveAll(client, usualSliceSpans);
  await note(client, firstName);
}

/** The second time, once a minute has passed since the first, in this process or another one. */
export async function backfillRunsAgain(
  client: ClickHouseClient,
  signal: AbortSignal,
  afterMs: number = secondAfterMs,
  { sliceSpans = usualSliceSpans } = {},
): Promise<void> {
  if ((await doneAgoMs(client, secondName)) !== undefined) return;
  const agoMs = (await doneAgoMs(client, firstName)) ?? 0;
  await sleep(Math.max(0, Math.min(afterMs, afterMs - agoMs)), signal);
  await deriveAll(client, sliceSpans, signal);
  await note(client, secondName);
}

async function deriveAll(client: ClickHouseClient, sliceSpans: number, signal?: AbortSignal): Promise<void> {
  for (const { fromNs, untilNs } of await readSlices(client, sliceSpans)) {
    signal?.throwIfAborted();
    // Beside a deletion this could bring back a trace's derived rows after its spans have gone.
    await inTurn(client, () =>
      deriveRuns(
        client,
        `Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp < fromUnixTimestamp64Nano({until:Int64})`,
        { from: fromNs, until: untilNs },
        signal,
      ),
    );
  }
}

/** Stretches of time that hold all spans: days, because the tables are cut by days, or less where they are full. */
async function readSlices(
  client: ClickHouseClient,
  sliceSpans: number,
): Promise<{ fromNs: bigint; untilNs: bigint }[]> {
  const result = await client.query({
    // Date32 knows all days that a Timestamp can have, and its days are as long as the server's clock says.
    query: `SELECT toDate32(Timestamp) AS day, toUnixTimestamp64Nano(toDateTime64(day, 9)) AS fromNs,
              toUnixTimestamp64Nano(toDateTime64(day + 1, 9)) AS untilNs, count() AS spans
            FROM otel_traces GROUP BY day ORDER BY day`,
    format: "JSONEachRow",
  });
  const days = await result.json<{ fromNs: string; untilNs: string; spans: string }>();
  return days.flatMap(({ fromNs, untilNs, spans }) => {
    const slices = Math.ceil(Number(spans) / sliceSpans);
    const lengthNs = BigInt(untilNs) - BigInt(fromNs);
    const edge = (slice: number) => BigInt(fromNs) + (BigInt(slice) * lengthNs) / BigInt(slices);
    return Array.from({ length: slices }, (_, slice) => ({ fromNs: edge(slice), untilNs: edge(slice + 1) }));
  });
}

/** How long ago a step was done by the database's clock; undefined where it was not. */
async function doneAgoMs(client: ClickHouseClient, name: string): Promise<number | undefined> {
  const result = await client.query({
    query: `SELECT dateDiff('millisecond', max(DoneAt), now64(3)) AS agoMs FROM jiva_migrations
            WHERE Name = {name:String} HAVING count() > 0`,
    query_params: { name },
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ agoMs: string }>();
  return row && Number(row.agoMs);
}

async function note(client: ClickHouseClient, name: string): Promise<void> {
  await client.command({
    query: "INSERT INTO jiva_migrations SELECT {name:String} AS Name, now64(3) AS DoneAt",
    query_params: { name },
  });
}
