import { describe, expect, it } from "vitest";
import { DeadlineExceeded } from "@/lib/base/tasks";
import { JobFailed } from "@/lib/workers/job-failed";
import type { IngestProgress, Passage } from "../ports";
import { Refusal } from "../refusal";
import { databaseDown, databaseRefuses, openWorld } from "../testing/world";
import { openSession } from "./session";

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
    ["takes too much memory", lost("memory"), "more than 537 MB of memory"],
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

  it("that takes longer than its deadline costs no other", async () => {
    const world = openWorld({});
    const atWork = async <T>(work: (signal: AbortSignal) => Promise<T>) => {
      if (++works === 2) throw new DeadlineExceeded(120_000);
      return await work(world.options.signal);
    };
    let works = 0;
    const outcomes = await store({ ...world, options: { ...world.options, atWork } }, [
      "a.csv",
      "b.csv",
      "c.csv",
    ]);
    expect(outcomes).toMatchObject([
      { status: "stored" },
      { status: "refused", reason: expect.stringContaining("more than 2 minutes") },
      { status: "stored" },
    ]);
  });

  it("holds no place while it is received", async () => {
    const world = openWorld({});
    const steps: string[] = [];
    const atWork = <T>(work: (signal: AbortSignal) => Promise<T>) => {
      steps.push("place");
      return work(world.options.signal);
    };
    const session = openSession({ ...world.options, atWork }, { totalBytes: null });
    for (const name of ["a.csv", "b.md"]) {
      const slowly = async function* () {
        yield* content("a\n");
        yield* content("1\n");
        steps.push("received");
      };
      await session.add(name, slowly());
    }
    expect(steps).toEqual(["received", "place", "received", "place"]);
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

it("tells how much is read and how much of it is stored", async () => {
  const told: IngestProgress[] = [];
  const world = openWorld({ jobs: { "bad.md": lost("died") } });
  const options = { ...world.options, onProgress: (progress: IngestProgress) => void told.push(progress) };
  const session = openSession(options, { totalBytes: 30 });
  for (const [n, name] of ["a.md", "bad.md", "c.csv"].entries()) {
    const counted = async function* () {
      session.countBytes(10 * (n + 1));
      yield Buffer.from("0123456789");
    };
    await session.add(name, counted());
  }
  expect(told.at(-1)).toEqual({ file: "c.csv", rows: 1, read_bytes: 30, stored_bytes: 20, total_bytes: 30 });
  for (const { read_bytes, stored_bytes } of told) expect(stored_bytes).toBeLessThanOrEqual(read_bytes);
});
