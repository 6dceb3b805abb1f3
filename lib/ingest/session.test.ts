import { describe, expect, it } from "vitest";
import { ok } from "@/lib/base/result";
import { abortable } from "@/lib/base/tasks";
import type { Job } from "@/lib/workers/job";
import { JobFailed } from "@/lib/workers/job-failed";
import type { CutPassage } from "./jobs";
import type { DatasetDraft, DatasetSummary, IngestOptions, JobPool, Passage } from "./ports";
import { ingestLimits } from "./ports";
import { Refusal } from "./refusal";
import { openSession } from "./session";

const signal = new AbortController().signal;
const databaseDown = new Error("The database is away.");
const databaseRefuses = new Error("refused by the database");

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

function openWorld({ jobs = {}, onInsert, onLoad }: World) {
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

async function* content(text = "a\n1\n") {
  yield Buffer.from(text);
}

async function store(
  world: ReturnType<typeof openWorld>,
  names: readonly string[],
  documentsDataset?: string,
) {
  const session = openSession(world.options, { documentsDataset, totalBytes: null });
  for (const name of names) await session.add(name, content());
  return await session.finish();
}

const lost = (failure: "memory" | "time" | "died") => () => {
  throw new JobFailed(failure, "lost");
};

describe("a bad file", () => {
  it.each<[string, () => never, string]>([
    ["takes too much memory", lost("memory"), "more than 512 MiB of memory"],
    ["takes too long", lost("time"), "more than 60 s"],
    ["ends whatever reads it", lost("died"), "ended before it was through"],
    [
      "meets a mistake of ours",
      () => {
        throw new JobFailed("error", "x is not a function", "TypeError");
      },
      "it is damaged, or written in a way",
    ],
    [
      "is refused by its reader",
      () => {
        throw new JobFailed("error", "Line 7 is odd.", "Refusal");
      },
      "Line 7 is odd.",
    ],
  ])("that %s costs no other", async (_what, fail, reason) => {
    const world = openWorld({ jobs: { "bad.md": fail } });
    const outcomes = await store(world, ["one.md", "bad.md", "two.csv"]);
    expect(outcomes).toMatchObject([
      { name: "one.md", status: "stored", passages: 3 },
      { name: "bad.md", status: "refused", reason: expect.stringContaining(reason) },
      { name: "two.csv", status: "stored", rows: 1 },
    ]);
    expect(outcomes[1]?.reason).toMatch(/\.$/);
    expect(world.committed.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(world.discarded()).toBe(1);
  });

  it("whose rows the database refuses costs no other", async () => {
    let loads = 0;
    const onLoad = () => {
      if (++loads === 1) throw databaseRefuses;
    };
    const outcomes = await store(openWorld({ onLoad }), ["bad.csv", "good.csv"]);
    expect(outcomes).toMatchObject([
      { status: "refused", reason: "The database refused the file." },
      { status: "stored" },
    ]);
  });

  it("is not blamed for a database that is away", async () => {
    const onLoad = () => {
      throw databaseDown;
    };
    await expect(store(openWorld({ onLoad }), ["a.csv"])).rejects.toBe(databaseDown);
  });

  it("that breaks off after half of it was stored leaves nothing in the dataset that it shares", async () => {
    const world = openWorld({ jobs: { "long bad.md late": lost("died") } });
    const outcomes = await store(world, ["one.md", "long bad.md", "two.md", "long.md"], "all");
    expect(outcomes.map(({ status }) => status)).toEqual(["stored", "refused", "stored", "stored"]);
    const [dataset] = world.committed;
    expect(dataset?.files).toEqual(["one.md", "two.md", "long.md"]);
    expect(dataset?.passages.map(({ id }) => id)).toEqual(Array.from({ length: 706 }, (_, n) => n + 1));
    const counts = (name: string) => dataset?.passages.filter(({ document }) => document === name).length;
    expect([counts("one.md"), counts("long bad.md"), counts("two.md"), counts("long.md")]).toEqual([
      3, 0, 3, 700,
    ]);
    expect(dataset?.passages[3]).toMatchObject({ document: "two.md", position: 1, text: "two.md 0" });
  });

  it("whose passages the database refuses leaves those that were sent with them", async () => {
    const onInsert = (_: readonly Passage[], nth: number) => {
      if (nth === 1) throw databaseRefuses;
    };
    const world = openWorld({ onInsert });
    const outcomes = await store(world, ["one.md", "long bad.md", "two.md"], "all");
    expect(outcomes.map(({ status }) => status)).toEqual(["stored", "refused", "stored"]);
    expect(world.committed[0]?.passages.map(({ document }) => document)).toEqual([
      ...Array(3).fill("one.md"),
      ...Array(3).fill("two.md"),
    ]);
  });

  it("that is cut off is not read to its end", async () => {
    const world = openWorld({ jobs: { "scan.csv": () => new Promise(() => undefined) } });
    const session = openSession(world.options, { totalBytes: null });
    await session.add(
      "cut.csv",
      (async function* () {
        yield* content();
        throw new Refusal("The upload broke off within this file. Send it again.");
      })(),
    );
    expect(await session.finish()).toMatchObject([
      { status: "refused", reason: expect.stringContaining("broke off") },
    ]);
  });
});
