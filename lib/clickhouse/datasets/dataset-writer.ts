import type { ClickHouseClient } from "@clickhouse/client";
import { at } from "@/lib/base/checked";
import { failed, ok, type Result } from "@/lib/base/result";
import type {
  CellValue,
  CellValueCount,
  DatasetColumn,
  DatasetDraft,
  DatasetSummary,
  DatasetWriter,
  LoadedTable,
  Passage,
  TableFormat,
  TableInput,
} from "@/lib/ingest/ports";
import type { SecondTry } from "../connection/ask-twice";
import { databaseErrorCode } from "../connection/errors";
import { quoteIdentifier } from "../connection/identifiers";
import { newDatasetId, tableOfDataset } from "./dataset-ids";
import {
  discardVersion,
  removeLater,
  removePassagesFrom,
  renewalMs,
  renewDraft,
  retirementGraceMs,
} from "./dataset-removal";
import { publishDataset, type StoredColumn } from "./datasets";
import { loadTable } from "./load-table";
import { formatNames, isMisfit, misfitReason, readSettings, refusalOf } from "./read-formats";

const insertSettings = { async_insert: 0 } as const;

export interface DatasetWriterOptions {
  /** How long the rows of a replaced version stay for questions that read them still. */
  readonly graceMs?: number;
  /** How often a draft that is still filled is renewed. */
  readonly renewMs?: number;
  /** For a commit whose connection is lost: it is sent again once the database is back. */
  readonly untilBack?: SecondTry["untilBack"];
}

export function createDatasetWriter(
  client: ClickHouseClient,
  { graceMs = retirementGraceMs, renewMs = renewalMs, untilBack }: DatasetWriterOptions = {},
): DatasetWriter {
  const secondTry = untilBack && { untilBack };
  return {
    async describe(
      format: TableFormat,
      head: string,
      signal: AbortSignal,
    ): Promise<Result<readonly DatasetColumn[]>> {
      try {
        const result = await client.query({
          query: `DESCRIBE format(${formatNames[format.kind]}, {head:String})`,
          query_params: { head },
          format: "JSONEachRow",
          clickhouse_settings: readSettings(format),
          abort_signal: signal,
        });
        const found = await result.json<{ name: string; type: string }>();
        return ok(found.map(({ name, type }) => ({ name, type })));
      } catch (error) {
        signal.throwIfAborted();
        if (isMisfit(databaseErrorCode(error))) return failed(misfitReason(error));
        throw error;
      }
    },
    draft: () => createDraft(client, newDatasetId(Date.now()), { graceMs, renewMs, secondTry }),
    refusalOf,
  };
}

interface DraftOptions {
  readonly graceMs: number;
  readonly renewMs: number;
  readonly secondTry: SecondTry | undefined;
}

function createDraft(
  client: ClickHouseClient,
  id: string,
  { graceMs, renewMs, secondTry }: DraftOptions,
): DatasetDraft {
  const table = tableOfDataset(id);
  // A collection grows for as long as its upload lasts, which over a slow line is hours. Where renewing fails, the
  // next time will do.
  const renewal = setInterval(() => void renewDraft(client, id).catch(() => undefined), renewMs).unref();
  let loaded: LoadedTable | undefined;
  /** The stems of each passage, in the order of their ids, which count from 1. */
  const passageLengths: number[] = [];
  let mayBeLive = false;
  const bare = { dataset_id: id };

  return {
    async loadTable(input: TableInput, signal: AbortSignal): Promise<Result<LoadedTable>> {
      const result = await loadTable(client, table, input, signal);
      if (result.ok) loaded = result.value;
      return result;
    },

    async *distinctValues(
      columns: readonly string[],
      maxChars: number,
      signal: AbortSignal,
    ): AsyncGenerator<readonly CellValueCount[]> {
      // An alias that is a column's name would stand for the column.
      let pair = "pair";
      while (columns.includes(pair)) pair += "_";
      const pairs = columns.map((column, index) => `(${index}, toString(${quoteIdentifier(column)}))`);
      const result = await client.query({
        query: `SELECT ${pair}.1, ${pair}.2, count()
                FROM (SELECT arrayJoin([${pairs.join(", ")}]) AS ${pair} FROM ${table})
                WHERE lengthUTF8(${pair}.2) BETWEEN 1 AND {maxChars:UInt32}
                GROUP BY ${pair}.1, ${pair}.2`,
        query_params: { maxChars },
        format: "JSONCompactEachRow",
        abort_signal: signal,
      });
      for await (const rows of result.stream()) {
        yield rows.map((row) => {
          const [index, value, count] = row.json<[number, string, string]>();
          return { column: at(columns, Number(index)), value, rows: Number(count) };
        });
      }
    },

    async addCellValues(values: readonly CellValue[], signal: AbortSignal): Promise<void> {
      await client.insert({
        table: "cell_values",
        values: values.map((value) => ({ ...bare, ...value })),
        format: "JSONEachRow",
        clickhouse_settings: insertSettings,
        abort_signal: signal,
      });
    },

    async addPassages(passages: readonly Passage[], signal: AbortSignal): Promise<void> {
      await client.insert({
        table: "passages",
        values: passages.map((passage) => ({
          ...bare,
          passage_id: passage.id,
          document: passage.document,
          heading: passage.heading,
          position: passage.position,
          text: passage.text,
          terms: passage.length,
        })),
        format: "JSONEachRow",
        clickhouse_settings: insertSettings,
        abort_signal: signal,
      });
      const postings = passages.flatMap(({ id: passageId, length, frequencies }) =>
        [...frequencies].map(([term, tf]) => [term, id, passageId, tf, length]),
      );
      if (postings.length > 0) {
        await client.insert({
          table: "postings",
          columns: ["term", "dataset_id", "passage_id", "tf", "length"],
          values: postings,
          format: "JSONCompactEachRow",
          clickhouse_settings: insertSettings,
          abort_signal: signal,
        });
      }
      for (const { id: passageId, length } of passages) passageLengths[passageId - 1] = length;
    },

    async removePassages(fromId: number, signal: AbortSignal): Promise<void> {
      await removePassagesFrom(client, id, fromId, signal);
      passageLengths.length = Math.min(passageLengths.length, fromId - 1);
    },

    async commit(summary: DatasetSummary, signal: AbortSignal): Promise<void> {
      const isTable = summary.kind === "table";
      const columns: readonly StoredColumn[] = loaded?.columns ?? [];
      signal.throwIfAborted();
      mayBeLive = true;
      clearInterval(renewal);
      const version = {
        ...summary,
        id,
        source: isTable ? table : "",
        rows: isTable ? (loaded?.rows ?? 0) : passageLengths.length,
        passages: passageLengths.length,
        terms: passageLengths.reduce((sum, length) => sum + length, 0),
        columns,
      };
      await publishDataset(client, version, secondTry);
      removeLater(client, graceMs);
    },

    async discard(): Promise<void> {
      // A commit that failed on a broken connection may have been heard all the same: then this is the live
      // version. Whatever stays and is not live is older than any ingest at some start to come, and goes then.
      clearInterval(renewal);
      if (mayBeLive) return;
      await discardVersion(client, id);
    },
  };
}
