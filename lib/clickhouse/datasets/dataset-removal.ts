import type { ClickHouseClient } from "@clickhouse/client";
import { isDatabaseAway } from "../connection/errors";
import { dropWholeParts } from "../deletion/drop-parts";
import { datasetIdTime, tableOfDataset } from "./dataset-ids";
import { stagingOf } from "./load-table";

/**
 * Rows of versions that are no longer read. A question that began before a replacement may still read the old
 * version for as long as it runs, so a version is first retired and removed after a grace.
 */

/** Longer than a question takes. */
export const retirementGraceMs = 60_000;
/** A draft begun this long ago and not renewed since is orphaned: its ingest died. */
const ingestLimitMs = 3_600_000;
/** A draft that is filled for longer is renewed so often; it may be missed twice. */
export const renewalMs = ingestLimitMs / 3;

const tablesByDataset = ["passages", "postings", "cell_values"] as const;

/** Removes everything that versions have stored, whether they were loaded whole or not. */
export async function removeVersions(client: ClickHouseClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const id of ids) {
    const table = tableOfDataset(id);
    await client.command({ query: `DROP TABLE IF EXISTS ${table} SYNC` });
    await client.command({ query: `DROP TABLE IF EXISTS ${stagingOf(table)} SYNC` });
  }
  for (const table of tablesByDataset) {
    const found = await client.query({
      query: `SELECT 1 AS found FROM ${table} WHERE dataset_id IN {ids:Array(String)} LIMIT 1`,
      query_params: { ids },
      format: "JSONEachRow",
    });
    // A delete rewrites parts: not for nothing.
    if ((await found.json()).length === 0) continue;
    await dropWholeParts(client, table, "dataset_id IN {ids:Array(String)}", { ids });
    await client.command({
      query: `DELETE FROM ${table} WHERE dataset_id IN {ids:Array(String)}`,
      query_params: { ids },
      clickhouse_settings: { lightweight_deletes_sync: "2" },
    });
  }
}

/** Removes the passages of a version from an id on, with what they are found by. */
export async function removePassagesFrom(
  client: ClickHouseClient,
  id: string,
  fromId: number,
  signal: AbortSignal,
): Promise<void> {
  for (const table of ["passages", "postings"] as const) {
    await client.command({
      query: `DELETE FROM ${table} WHERE dataset_id = {id:String} AND passage_id >= {fromId:UInt32}`,
      query_params: { id, fromId },
      clickhouse_settings: { lightweight_deletes_sync: "2" },
      abort_signal: signal,
    });
  }
}

/**
 * Keeps a draft from being taken for a leftover, here and by every other process: retired in an hour from now, and as
 * long as that has not come nobody removes it. A published draft is live, whatever its row here says.
 */
export async function renewDraft(client: ClickHouseClient, id: string): Promise<void> {
  await client.command({
    query:
      "INSERT INTO retired_datasets SELECT {id:String}, now64(3) + toIntervalMillisecond({limitMs:UInt32})",
    query_params: { id, limitMs: ingestLimitMs },
    clickhouse_settings: { async_insert: 0 },
  });
}

/** Between two tries to remove a version while the database is away; together they last a quarter of an hour. */
const discardPauseMs = 5_000;
const discardTries = 180;

/**
 * Removes a version that was never live. Never rejects: where the database is away it goes on trying in the
 * background, and what is left when it gives up is swept up by a start after `ingestLimitMs`.
 */
export async function discardVersion(
  client: ClickHouseClient,
  id: string,
  triesLeft = discardTries,
): Promise<void> {
  try {
    await removeVersions(client, [id]);
  } catch (error) {
    if (triesLeft === 0 || !isDatabaseAway(error)) return;
    setTimeout(() => void discardVersion(client, id, triesLeft - 1), discardPauseMs).unref();
  }
}

/** Removes versions that were retired at least `graceMs` ago. Gives the ids that are gone. */
export async function removeRetired(client: ClickHouseClient, graceMs: number): Promise<string[]> {
  const result = await client.query({
    query: `SELECT id FROM retired_datasets
            WHERE id NOT IN (SELECT id FROM datasets FINAL WHERE deleted = 0)
            GROUP BY id HAVING max(retired_at) <= now64(3) - toIntervalMillisecond({graceMs:UInt32})`,
    query_params: { graceMs },
    format: "JSONEachRow",
  });
  const ids = (await result.json<{ id: string }>()).map(({ id }) => id);
  if (ids.length === 0) return ids;
  await removeVersions(client, ids);
  await client.command({
    query: "DELETE FROM retired_datasets WHERE id IN {ids:Array(String)}",
    query_params: { ids },
    clickhouse_settings: { lightweight_deletes_sync: "2" },
  });
  return ids;
}

/**
 * Removes what was left behind: retired versions, and what an ingest stored that did not live to its end.
 * For the start of the app.
 */
export async function sweepDatasets(client: ClickHouseClient, nowMs: number): Promise<void> {
  await removeRetired(client, retirementGraceMs);
  const result = await client.query({
    query: `SELECT DISTINCT id FROM (
              SELECT extract(name, '^t_([0-9a-z]{21})') AS id FROM system.tables WHERE database = currentDatabase()
              UNION ALL SELECT DISTINCT dataset_id FROM passages
              UNION ALL SELECT DISTINCT dataset_id FROM postings
              UNION ALL SELECT DISTINCT dataset_id FROM cell_values)
            WHERE id != '' AND id NOT IN (SELECT id FROM datasets FINAL WHERE deleted = 0)
              AND id NOT IN (SELECT id FROM retired_datasets)`,
    format: "JSONEachRow",
  });
  const leftover = (await result.json<{ id: string }>()).filter(({ id }) => {
    const madeMs = datasetIdTime(id);
    return madeMs !== undefined && madeMs < nowMs - ingestLimitMs;
  });
  await removeVersions(
    client,
    leftover.map(({ id }) => id),
  );
}

/** Removes retired versions once nobody can be reading them. It is harmless if the process ends before that. */
export function removeLater(client: ClickHouseClient, graceMs: number = retirementGraceMs): void {
  setTimeout(() => void removeRetired(client, graceMs).catch(() => undefined), graceMs + 1_000).unref();
}
