import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Status } from "./clickhouse/embedded/http/status";
import type { EngineProcess } from "./clickhouse/embedded/process/start-engine";
import { openTestEngines, type TestEngines } from "./clickhouse/embedded/testing/engines";
import { type EndVerdict, engineLimits } from "./launcher/engine-judge.mjs";
import { processState } from "./launcher/process-state.mjs";
import { hasEndedWithin } from "./launcher/processes.mjs";
import { watchEngine } from "./launcher/watch-engine.mjs";

/** Real engines, each brought down in a way of its own. The limits are shorter than the launcher's, to save time. */
const limits = { ...engineLimits, cancelGraceMs: 2_000, memoryGraceMs: 1_000 };
/** For an engine that does nothing else: one with statements on every slot has taken 2.3 s to answer. */
const shortSilence = { ...limits, silentMs: 2_000 };
const plenty = 64 * 1024 ** 3;
const megabyte = 1024 ** 2;
const dataOf = (name: string) => readFileSync(`devtools/clickhouse/embedded/test-data/${name}`);
/** Its second data page is cut: the engine's reader waits for the rest, and heeds no cancel. */
const neverEnds = dataOf("never-ends.parquet");
const slots = 12;

let engines: TestEngines;
beforeAll(() => {
  engines = openTestEngines();
});
afterAll(() => engines.close());
const leaving: AbortController[] = [];
const watchers: { stop(): void }[] = [];
const started: EngineProcess[] = [];
afterEach(async () => {
  for (const controller of leaving.splice(0)) controller.abort();
  for (const watcher of watchers.splice(0)) watcher.stop();
  // Also what hangs or is stopped: the next one needs the folder.
  for (const { child } of started.splice(0)) {
    child.kill("SIGKILL");
    expect(await hasEndedWithin(child, 10_000)).toBe(true);
  }
});

async function startEngine(): Promise<EngineProcess> {
  const engine = await engines.start();
  started.push(engine);
  return engine;
}

function post(engine: EngineProcess, query: string, body: Uint8Array<ArrayBuffer> | string = "") {
  const controller = new AbortController();
  leaving.push(controller);
  const answer = fetch(`${engine.url}/?query=${encodeURIComponent(query)}`, {
    method: "POST",
    headers: { "X-ClickHouse-User": engine.user, "X-ClickHouse-Key": engine.password },
    body,
    signal: controller.signal,
  }).then(async (response) => `${response.status} ${await response.text()}`, String);
  return { answer, leave: () => controller.abort() };
}

async function statusOf({ url, user, password }: EngineProcess, key = password) {
  const headers = { "X-ClickHouse-User": user, "X-ClickHouse-Key": key };
  const response = await fetch(`${url}/status`, { headers });
  return { code: response.status, status: response.ok ? ((await response.json()) as Status) : undefined };
}

function watch(engine: EngineProcess, { memoryBytes = plenty, limits: own = limits } = {}) {
  const killed: string[] = [];
  const onEnd = vi.fn<(verdict: EndVerdict) => void>();
  const watcher = watchEngine({
    pid: engine.child.pid ?? 0,
    address: engine,
    memoryBytes,
    onKill: (why) => killed.push(why),
    onEnd,
    limits: own,
  });
  watchers.push(watcher);
  const ended = async () => {
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalled(), { timeout: 30_000, interval: 50 });
    return onEnd.mock.calls[0]?.[0];
  };
  return { killed, onEnd, ended };
}

const columns = `s Nullable(String), i Nullable(Int32), l Nullable(Int64), f Nullable(Float64), b Nullable(Bool),
  d Nullable(DateTime64(6, 'UTC'))`;

describe("an engine whose statements hang", () => {
  it("answers with every slot held, and is ended for the one that was cancelled", async () => {
    const engine = await startEngine();
    const { killed, onEnd, ended } = watch(engine);
    await post(engine, `CREATE TABLE hanging (${columns}) ENGINE = Null`).answer;
    const insert = "INSERT INTO hanging FORMAT Parquet";
    const hanging = Array.from({ length: slots }, () => post(engine, insert, neverEnds));
    await vi.waitFor(async () => expect((await statusOf(engine)).status?.statements).toHaveLength(slots), {
      timeout: 20_000,
    });
    const waiting = post(engine, "SELECT 1");
    await vi.waitFor(async () => expect((await statusOf(engine)).status?.waiting).toBe(1), {
      timeout: 20_000,
    });
    expect((await statusOf(engine, "wrong")).code).toBe(403);
    expect(onEnd).not.toHaveBeenCalled();

    hanging[0]?.leave();
    expect(await ended()).toMatchObject({
      reason: "a statement did not end within 2 s of being cancelled",
      detail: `The client has gone: ${insert}`,
    });
    // A machine that does much else may bring no look in between.
    expect(["", "it was cancelled and has not ended"]).toContain(killed.join());
    waiting.leave();
  });
});

describe("an engine that does not answer", () => {
  it("is ended where its own crash handler hangs", async () => {
    const engine = await startEngine();
    const { ended } = watch(engine, { limits: shortSilence });
    engine.child.kill("SIGSEGV");
    expect(await ended()).toMatchObject({ reason: "it did not answer for 2 s" });
    // That is what makes the limit necessary.
    expect(processState(engine.child.pid ?? 0)?.state).toMatch(/[SR]/);
  });
});

describe("an engine that has stopped inside", () => {
  it("ends itself with its reason, past its destructors", async () => {
    const engine = await startEngine();
    const reasons: unknown[] = [];
    engine.child.on("message", (message) => reasons.push(message));
    // What it answers to every statement after an inner fault. A real fault (decimal9-in-int64.parquet corrupts the
    // engine's memory, within 4 to 15 inserts) comes too seldom by the same way for a test.
    const stopped = `SELECT throwIf(1, 'The server is shutting down due to a fatal error', toInt16(236))
      SETTINGS allow_custom_error_code_in_throwif = 1`;
    void post(engine, stopped).answer;
    expect(await hasEndedWithin(engine.child, 20_000)).toBe(true);
    expect(engine.child.signalCode).toBe("SIGKILL");
    expect(reasons).toEqual([
      { type: "ending", reason: expect.stringContaining("the engine has stopped: ") },
    ]);
  });
});

describe("an engine over its memory", () => {
  it("loses its largest statement first, and lives where that was enough", async () => {
    const engine = await startEngine();
    const idle = processState(engine.child.pid ?? 0)?.rssBytes ?? 0;
    const { killed, onEnd } = watch(engine, { memoryBytes: idle + 80 * megabyte });
    const small = post(engine, "SELECT sleepEachRow(0.5) FROM numbers(60) SETTINGS max_block_size = 1");
    // 30 MB a second, so that a look comes between the limit and a quarter beyond it.
    const growing = `SELECT length(groupArray(number)) FROM numbers(1000000000000) GROUP BY number % 64
      SETTINGS max_execution_speed = 2000000, timeout_before_checking_execution_speed = 0, max_threads = 1`;
    const large = post(engine, growing);
    expect((await large.answer).slice(0, 500)).toContain("QUERY_WAS_CANCELLED");
    expect(killed[0]).toContain("it held the most memory");
    expect(onEnd).not.toHaveBeenCalled();
    small.leave();
  });

  it("is ended where no statement can be blamed", async () => {
    const engine = await startEngine();
    const { ended } = watch(engine, { memoryBytes: 100 * megabyte });
    expect((await ended())?.reason).toMatch(/^its memory of \d+ MB was over its limit of 100 MB/);
  });
});
