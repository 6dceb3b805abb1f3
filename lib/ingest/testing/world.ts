import { ok } from "@/lib/base/result";
import { abortable } from "@/lib/base/tasks";
import type { Job } from "@/lib/workers/job";
import type { CutPassage } from "../jobs";
import type { DatasetDraft, DatasetSummary, IngestOptions, JobPool, Passage } from "../ports";
import { ingestLimits } from "../ports";

/** Ingest without a database and without a pool, for tests of what becomes of files and forms. */

const signal = new AbortController().signal;
export const databaseDown = new Error("The database is away.");
export const databaseRefuses = new Error("refused by the database");

interface World {
  /** What each file's job does, by the file's name or the job's. */
  readonly jobs?: Readonly<Record<string, () => Promise<unknown> | unknown>>;
  /** The n-th insert of passages, from 1 on. */
  readonly onInsert?: (passages: readonly Passage[], nth: number) => void;
  readonly onLoad?: () => void;
}

const cut = (text: string): CutPassage => ({
  heading: "",
  text,
  length: 1,
  frequencies: new Map([[text, 1]]),
});

export function openWorld({ jobs = {}, onInsert, onLoad }: World) {
  const committed: (DatasetSummary & { passages: Passage[] })[] = [];
  let discarded = 0;
  let inserts = 0;
  const draft = (): DatasetDraft => {
    let passages: Passage[] = [];
    return {
      loadTable: async () => {
        onLoad?.();
        return ok({ rows: 1, columns: [{ name: "a", type: "Nullable(Int64)", distinct: 0 }] });
      },
      distinctValues: async function* () {},
      addCellValues: async () => undefined,
      async addPassages(added) {
        // As a database may: some of it is there when the insert fails.
        passages.push(...added);
        onInsert?.(added, ++inserts);
      },
      async removePassages(fromId) {
        passages = passages.filter(({ id }) => id < fromId);
      },
      commit: async (summary) => void committed.push({ ...summary, passages }),
      discard: async () => void discarded++,
    };
  };
  const run = async (
    job: Job<unknown, unknown, never>,
    input: unknown,
    { onMessage, signal: each }: { onMessage?: (m: never) => unknown; signal: AbortSignal },
  ) => {
    const { fileName } = input as { fileName?: string };
    await abortable(each, async () => jobs[fileName ?? job.name]?.());
    if (fileName === undefined) {
      return { rows: 1, columns: [{ name: "a", marks: 0 }], bodyStart: 2, head: "1\n", delimiter: "," };
    }
    const passages = Array.from({ length: fileName.startsWith("long") ? 700 : 3 }, (_, n) =>
      cut(`${fileName} ${n}`),
    );
    for (let at = 0; at < passages.length; at += 100) {
      await onMessage?.(passages.slice(at, at + 100) as never);
      if (at === 500) await jobs[`${fileName} late`]?.();
    }
    return { passages: passages.length };
  };
  const options: IngestOptions = {
    writer: {
      describe: async () => ok([{ name: "a", type: "Int64" }]),
      draft,
      refusalOf: (error) => (error === databaseRefuses ? "The database refused the file." : undefined),
    },
    pool: { run, limits: { busyMs: 60_000, residentBytes: 512 * 1024 * 1024 } } as unknown as JobPool,
    limits: ingestLimits(1024 * 1024),
    signal,
    traceFile: (_name, work) => work(),
  };
  return { options, committed, discarded: () => discarded };
}
