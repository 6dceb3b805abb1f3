import type { ClickHouseClient } from "@clickhouse/client";
import type { Dataset } from "@/lib/api/datasets";
import { askTwice, type SecondTry } from "../connection/ask-twice";
import { makingRoom } from "../connection/makes-room";

/** The version of a dataset that is read under its name. */
export interface LiveDataset {
  readonly name: string;
  readonly id: string;
  readonly kind: "table" | "documents";
  /** The physical table; "" for documents. */
  readonly source: string;
  readonly files: readonly string[];
  readonly rows: number;
  readonly passages: number;
  /** Stems in all passages together. */
  readonly terms: number;
  readonly columns: readonly StoredColumn[];
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface StoredColumn {
  readonly name: string;
  /** ClickHouse's type. */
  readonly type: string;
  readonly distinct: number;
}

interface DatasetRow {
  name: string;
  id: string;
  kind: "table" | "documents";
  source: string;
  files: string[];
  rows: string;
  passages: string;
  terms: string;
  columns: string;
  bytes: string;
  created_at: string;
}

/** All live datasets by name. A few hundred rows at most: no paging. */
export async function readDatasets(client: ClickHouseClient, signal?: AbortSignal): Promise<LiveDataset[]> {
  const result = await client.query({
    query: `SELECT name, id, kind, source, files, rows, passages, terms, columns, bytes, created_at
            FROM datasets FINAL WHERE deleted = 0 ORDER BY name`,
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return (await result.json<DatasetRow>()).map((row) => ({
    name: row.name,
    id: row.id,
    kind: row.kind,
    source: row.source,
    files: row.files,
    rows: Number(row.rows),
    passages: Number(row.passages),
    terms: Number(row.terms),
    columns: JSON.parse(row.columns) as StoredColumn[], // this module wrote it
    bytes: Number(row.bytes),
    createdAt: `${row.created_at.replace(" ", "T")}Z`,
  }));
}

/** The datasets as the API lists them. */
export async function listDatasets(client: ClickHouseClient, signal?: AbortSignal): Promise<Dataset[]> {
  const datasets = await readDatasets(client, signal);
  return datasets.map(({ name, kind, files, rows, passages, columns, bytes, createdAt }) => ({
    name,
    kind,
    files: [...files],
    rows,
    passages,
    columns: columns.map(({ name, type }) => ({ name, type })),
    bytes,
    created_at: createdAt,
  }));
}

/** Whether any dataset was ever stored, also one that is deleted by now. */
export async function wasEverLoaded(client: ClickHouseClient): Promise<boolean> {
  const result = await client.query({ query: "SELECT 1 FROM datasets LIMIT 1", format: "JSONEachRow" });
  return (await result.json()).length > 0;
}

export type NewVersion = Omit<LiveDataset, "createdAt">;

/**
 * Makes a version the one that is read under its name, by one inserted row. The version it replaces is
 * retired first, so that its rows are found again however this ends. Where the connection is lost both statements
 * are sent again: the same row twice counts once.
 */
export function publishDataset(
  client: ClickHouseClient,
  dataset: NewVersion,
  secondTry: Partial<SecondTry> = {},
): Promise<void> {
  return oneByOne(dataset.name, async () => {
    const before = await latestVersion(client, dataset.name);
    if (before?.isLive) await askTwice(secondTry, undefined, () => retire(client, before.id));
    const row = {
      ...dataset,
      columns: JSON.stringify(dataset.columns),
      version: nextVersion(before),
      deleted: 0,
    };
    await askTwice(secondTry, undefined, () => insertVersion(client, row));
  });
}

/** Deletes a dataset. Its rows are no longer read at once and removed a little later. False: there is none. */
export function deleteDataset(client: ClickHouseClient, name: string): Promise<boolean> {
  return oneByOne(name, async () => {
    const before = await latestVersion(client, name);
    if (!before?.isLive) return false;
    const own = makingRoom(client);
    await retire(own, before.id);
    await insertVersion(own, {
      name,
      id: before.id,
      kind: before.kind,
      version: nextVersion(before),
      deleted: 1,
    });
    return true;
  });
}

interface Version {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly isLive: boolean;
}

async function latestVersion(client: ClickHouseClient, name: string): Promise<Version | undefined> {
  const result = await client.query({
    query: "SELECT id, kind, version, deleted FROM datasets FINAL WHERE name = {name:String}",
    query_params: { name },
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ id: string; kind: string; version: string; deleted: number }>();
  return row && { id: row.id, kind: row.kind, version: Number(row.version), isLive: row.deleted === 0 };
}

/** Microseconds since the epoch, but always above what is there: clocks of two machines differ. */
function nextVersion(before: Version | undefined): number {
  return Math.max(Date.now() * 1_000, (before?.version ?? 0) + 1);
}

async function retire(client: ClickHouseClient, id: string): Promise<void> {
  await client.command({
    query: "INSERT INTO retired_datasets SELECT {id:String}, now64(3)",
    query_params: { id },
    clickhouse_settings: { async_insert: 0 },
  });
}

async function insertVersion(client: ClickHouseClient, row: object): Promise<void> {
  await client.insert({
    table: "datasets",
    values: [{ ...row, created_at: new Date().toISOString().replace("T", " ").replace("Z", "") }],
    format: "JSONEachRow",
    clickhouse_settings: { async_insert: 0 },
  });
}

const lines = new Map<string, Promise<unknown>>();

/**
 * Changes of one name run one behind the other, so that each sees the version it replaces. Two processes are
 * not in one line: there the last row wins, and the version that was overtaken is swept up as a leftover.
 */
async function oneByOne<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = lines.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  lines.set(name, settled);
  try {
    return await mine;
  } finally {
    if (lines.get(name) === settled) lines.delete(name);
  }
}
