import { randomUUID } from "node:crypto";
import type { ClickHouseClient } from "@clickhouse/client";
import { sleep, TooBusy } from "@/lib/base/tasks";
import { databaseErrorCode } from "../connection/errors";
import { makingRoom } from "../connection/makes-room";

/**
 * Deletions one after the other, also those of other processes: two at once would both count the same spans.
 * ClickHouse has no locks, but of several CREATE TABLE with one name a single one succeeds. Whoever made the
 * table has the turn and says so every few seconds in a row of it; the table of a process that has died falls
 * silent, and the next in line takes it away.
 */

const table = "jiva_deletion_turn";

export interface TurnTimes {
  /** Between two looks whether the turn is free. */
  readonly lookMs: number;
  /** Between two signs of life. */
  readonly signMs: number;
  /** A holder without a sign of life for this long has died. */
  readonly silentMs: number;
  /** A deletion of ten million spans took 10 s; a caller that has waited this long gets 503 with Retry-After. */
  readonly patienceMs: number;
}

const usualTimes: TurnTimes = { lookMs: 200, signMs: 5_000, silentMs: 30_000, patienceMs: 300_000 };

/** Within one process in line without asking the database. */
let previous: Promise<unknown> = Promise.resolve();

/** Runs `work` when its turn has come. Throws TooBusy when that takes too long. */
export function inTurn<T>(
  client: ClickHouseClient,
  work: () => Promise<T>,
  times: TurnTimes = usualTimes,
): Promise<T> {
  const turn = previous.then(() => inOwnTurn(client, work, times));
  previous = turn.catch(() => undefined);
  return turn;
}

/** The same without the line of this process: a process alone, as the database sees it. */
export async function inOwnTurn<T>(
  client: ClickHouseClient,
  work: () => Promise<T>,
  times: TurnTimes = usualTimes,
): Promise<T> {
  const owner = randomUUID();
  const own = makingRoom(client);
  await take(own, owner, times);
  const signs = setInterval(() => void sign(own, owner).catch(() => undefined), times.signMs);
  try {
    return await work();
  } finally {
    clearInterval(signs);
    await giveBack(own, owner);
  }
}

async function take(client: ClickHouseClient, owner: string, times: TurnTimes): Promise<void> {
  const untilMs = performance.now() + times.patienceMs;
  for (;;) {
    try {
      await client.command({
        query: `CREATE TABLE ${table} (Owner String, At DateTime64(3)) ENGINE = MergeTree ORDER BY At`,
      });
      return await sign(client, owner);
    } catch (error) {
      if (databaseErrorCode(error) !== tableExists) throw error;
    }
    if (await isSilent(client, times.silentMs)) await drop(client);
    else if (performance.now() > untilMs) throw new TooBusy("Another deletion is still running.", 10_000);
    else await sleep(times.lookMs);
  }
}

/** TABLE_ALREADY_EXISTS */
const tableExists = "57";

async function sign(client: ClickHouseClient, owner: string): Promise<void> {
  await client.command({
    query: `INSERT INTO ${table} SELECT {owner:String} AS Owner, now64(3) AS At`,
    query_params: { owner },
  });
}

/** By the database's clock. A table without a row yet is as old as it was made. */
async function isSilent(client: ClickHouseClient, silentMs: number): Promise<boolean> {
  try {
    const result = await client.query({
      query: `SELECT greatest((SELECT max(At) FROM ${table}), toDateTime64(metadata_modification_time, 3))
                < now64(3) - toIntervalMillisecond({silentMs:UInt32}) AS isSilent
              FROM system.tables WHERE database = currentDatabase() AND name = '${table}'`,
      query_params: { silentMs },
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ isSilent: number }>();
    return row?.isSilent === 1;
  } catch (error) {
    // The holder is through.
    if (databaseErrorCode(error) === unknownTable) return false;
    throw error;
  }
}

/** UNKNOWN_TABLE */
const unknownTable = "60";

/** Where that fails, the table falls silent. A turn that was taken away meanwhile is another's. */
async function giveBack(client: ClickHouseClient, owner: string): Promise<void> {
  try {
    const result = await client.query({
      query: `SELECT argMin(Owner, At) AS owner FROM ${table}`,
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ owner: string }>();
    if (row?.owner === owner) await drop(client);
  } catch {
    // The deletion itself is done; its outcome counts.
  }
}

async function drop(client: ClickHouseClient): Promise<void> {
  await client.command({ query: `DROP TABLE IF EXISTS ${table} SYNC` });
}
