import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { FinishedSpan } from "@/lib/base/finished-span";
import { Cancelled } from "@/lib/base/tasks";
import { createPool, type JobLimits, type Pool, type TraceJob } from "./pool";
import { type Spool, spoolOf } from "./spool";
import * as jobs from "./testing/job-names";
import { isAlive } from "./testing/processes";

// Starting a process takes a second where others use the machine.
vi.setConfig({ testTimeout: 60_000 });

const signal = new AbortController().signal;

let pool: Pool;
const traced: { job: string; attributes: Record<string, unknown>; spans: readonly FinishedSpan[] }[] = [];
const trace: TraceJob = (job, work) => {
  const attributes: Record<string, unknown> = {};
  const entry = { job, attributes, spans: [] as readonly FinishedSpan[] };
  traced.push(entry);
  return work({
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    set: (name, value) => {
      attributes[name] = value;
    },
    record: (spans) => {
      entry.spans = spans;
    },
  });
};
const open = (limits: Partial<JobLimits> = {}, options = {}) =>
  createPool({
    file: inject("testJobsFile"),
    threadHeapBytes: 64 * 1024 * 1024,
    limits: { residentBytes: 160 * 1024 * 1024, ...limits },
    trace,
    ...options,
  });

beforeAll(() => {
  pool = open();
});
afterAll(() => pool.close());

const spools: Spool[] = [];
afterEach(async () => {
  for (const spool of spools.splice(0)) await spool.close();
});
async function spoolWith(bytes: Uint8Array): Promise<Spool> {
  const spool = await spoolOf(bytes);
  spools.push(spool);
  return spool;
}

describe.each(jobs.kinds)("a job in a %s", (kind) => {
  it("gives back what it made of its input", async () => {
    const value = { text: "ü", bytes: new Uint8Array([1, 2]), map: new Map([["a", 1n]]) };
    expect(await pool.run(jobs.echo(kind), { value }, { signal })).toEqual(value);
  });

  it("reads its file", async () => {
    const bytes = new Uint8Array(700_000).fill(3);
    const file = await spoolWith(bytes);
    expect(await pool.run(jobs.sum(kind), null, { signal, file })).toEqual({
      bytes: bytes.length,
      sum: 3 * bytes.length,
    });
  });

  it("hands out messages one at a time, as they are taken", async () => {
    const taken: number[] = [];
    let inHand = 0;
    const onMessage = async (number: number) => {
      expect(++inHand).toBe(1);
      await new Promise(setImmediate);
      taken.push(number);
      inHand--;
    };
    expect(await pool.run(jobs.count(kind), { to: 20 }, { signal, onMessage })).toBe(20);
    expect(taken).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("ends where its caller cannot take a message, with the caller's error", async () => {
    const full = new Error("The disk is full.");
    const onMessage = () => Promise.reject(full);
    await expect(pool.run(jobs.count(kind), { to: 5 }, { signal, onMessage })).rejects.toBe(full);
  });

  it("rejects with what its code threw", async () => {
    await expect(pool.run(jobs.fail(kind), null, { signal })).rejects.toMatchObject({
      name: "JobFailed",
      failure: "error",
      errorName: "BadThing",
      message: "It is bad.",
    });
  });

  it("may run out of stack", async () => {
    await expect(pool.run(jobs.recurse(kind), null, { signal })).rejects.toMatchObject({
      failure: "error",
      errorName: "RangeError",
    });
  });

  it("may end by itself", async () => {
    await expect(pool.run(jobs.exit(kind), null, { signal })).rejects.toMatchObject({ failure: "died" });
    expect(await pool.run(jobs.echo(kind), { value: 1 }, { signal })).toBe(1);
  });

  it("may fill its heap", async () => {
    await expect(pool.run(jobs.fillHeap(kind), null, { signal })).rejects.toMatchObject({
      failure: "memory",
    });
    expect(await pool.run(jobs.echo(kind), { value: 1 }, { signal })).toBe(1);
  });

  it("is ended when it takes too long", async () => {
    await expect(pool.run(jobs.spin(kind), null, { signal, limits: { busyMs: 300 } })).rejects.toMatchObject({
      failure: "time",
    });
  });

  it("is ended when nobody wants it any more", async () => {
    const abort = new AbortController();
    const gone = new Cancelled("gone");
    let pid = 0;
    const onMessage = (message: string) => {
      pid = Number(message.slice(4));
      setImmediate(() => abort.abort(gone));
    };
    await expect(pool.run(jobs.spin(kind), null, { signal: abort.signal, onMessage })).rejects.toBe(gone);
    expect(isAlive(pid)).toBe(kind === "thread");
  });

  it("does not begin where it is not wanted to begin with", async () => {
    const gone = new Cancelled("gone");
    await expect(pool.run(jobs.echo(kind), { value: 1 }, { signal: AbortSignal.abort(gone) })).rejects.toBe(
      gone,
    );
  });

  it("brings its spans home, with what the pool knows of it", async () => {
    traced.length = 0;
    expect(await pool.run(jobs.spans(kind), null, { signal })).toMatch(/^00-0af7651916cd43dd/);
    const [entry] = traced;
    expect(entry?.job).toBe(`spans.${kind}`);
    expect(entry?.attributes).toMatchObject({ kind, waitedMs: expect.any(Number) });
    const [inner, outer, broken] = entry?.spans ?? [];
    expect(inner).toMatchObject({ name: "inner", parent: outer?.id, error: undefined });
    expect(outer).toMatchObject({ name: "outer", parent: undefined, attributes: { rows: 3 } });
    expect(broken).toMatchObject({ parent: undefined, error: { name: "BadThing", message: "It broke." } });
    expect(Math.abs((outer?.startMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(outer?.endMs).toBeGreaterThanOrEqual(inner?.endMs ?? Number.POSITIVE_INFINITY);
  });
});

describe("a thread", () => {
  it("is asked for only while there is room in the line", async () => {
    const small = open({}, { threads: 1, line: 0 });
    const abort = new AbortController();
    const first = small.run(jobs.spin("thread"), null, { signal: abort.signal });
    await expect(small.run(jobs.echo("thread"), { value: 1 }, { signal })).rejects.toMatchObject({
      name: "TooBusy",
    });
    abort.abort(new Cancelled("enough"));
    await expect(first).rejects.toThrow("enough");
    await small.close();
  });
});

describe("a process", () => {
  it("is ended when its buffers grow over the limit", async () => {
    traced.length = 0;
    await expect(pool.run(jobs.fillBuffers, null, { signal })).rejects.toMatchObject({ failure: "memory" });
    expect(traced[0]?.attributes.peakRssBytes).toBeGreaterThan(100 * 1024 * 1024);
  });

  it("writes as fast as its caller reads", async () => {
    const output = new PassThrough();
    const all = text(output);
    expect(await pool.run(jobs.writeLines, { lines: 30_000 }, { signal, output })).toBe(30_000);
    const lines = (await all).split("\n");
    expect(lines.length).toBe(30_001);
    expect(lines[29_999]).toBe("line 29999");
  });

  it("that nobody reads from any more ends", async () => {
    const output = new PassThrough();
    output.once("data", () => output.destroy());
    await expect(pool.run(jobs.writeLines, { lines: 1e7 }, { signal, output })).rejects.toMatchObject({
      name: "JobFailed",
    });
  });

  it("knows nothing of the app's settings", async () => {
    const { names } = await pool.run(jobs.environment, null, { signal });
    expect(names.filter((name) => !/^(NODE_ENV|NODE_CHANNEL_|__CF)/.test(name))).toEqual([]);
  });
});

describe("the time limit", () => {
  /** Far above what a start takes on a busy machine, and below what the jobs wait. */
  const limits = { busyMs: 2_500 };
  const waitMs = 3_000;
  const wait = () => new Promise((resolve) => setTimeout(resolve, waitMs));

  it.concurrent("leaves out what a process waits for its reader", async () => {
    const output = new PassThrough({ highWaterMark: 1_000 });
    const run = pool.run(jobs.writeLines, { lines: 10_000, padding: 100 }, { signal, output, limits });
    await wait();
    const all = text(output);
    expect(await run).toBe(10_000);
    expect((await all).length).toBeGreaterThan(1_000_000);
  });

  it.concurrent("leaves out what a job waits for a message to be taken", async () => {
    expect(
      await pool.run(
        jobs.count("thread"),
        { to: 1 },
        { signal, limits, onMessage: async () => void (await wait()) },
      ),
    ).toBe(1);
  });
});

it("ends everything when it is closed", async () => {
  const closing = open();
  const pids: number[] = [];
  const start = (kind: jobs.Kind) => {
    let run: Promise<unknown> = Promise.resolve();
    const isRunning = new Promise<void>((resolve) => {
      const onMessage = (message: string) => {
        pids.push(Number(message.slice(4)));
        resolve();
      };
      run = closing.run(jobs.spin(kind), null, { signal, onMessage });
    });
    return { isRunning, ends: expect(run).rejects.toThrow("stopping") };
  };
  const started = jobs.kinds.map(start);
  for (const { isRunning } of started) await isRunning;
  await closing.close();
  for (const { ends } of started) await ends;
  expect(pids.filter((pid) => pid !== process.pid).map(isAlive)).toEqual([false]);
});
