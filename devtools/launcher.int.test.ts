import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { askAnswerSchema } from "@/lib/api/ask";
import { healthSchema } from "@/lib/api/health";
import { paths } from "@/lib/api/paths";
import { runSpansSchema } from "@/lib/api/runs";
import { isLong } from "@/lib/base/testing/length";
import { ownerOf } from "./launcher/folder.mjs";
import { freePort } from "./launcher/ports.mjs";
import { run } from "./launcher/processes.mjs";
import { type StartedJiva, startJiva } from "./launcher/started-jiva.mjs";

/** The launcher with the real app and the real engine. Each test goes on where the one before it stopped. */
const root = fileURLToPath(new URL("..", import.meta.url));
/** Building may be part of it. */
const startLimitMs = 600_000;

const dataDir = mkdtempSync(join(tmpdir(), "jiva-launcher-"));
let jiva: StartedJiva;

beforeAll(async () => {
  jiva = await startJiva(root, { DATA_DIR: dataDir });
}, startLimitMs);
afterAll(async () => {
  await jiva?.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

/** What a second start says and how it ends; its environment differs from a plain `npm start` by `env`. */
async function startBeside(env: Record<string, string>) {
  const { code, output } = await run(process.execPath, ["devtools/start.mjs"], {
    cwd: root,
    limitMs: 60_000,
    env: { ...process.env, CLICKHOUSE_URL: "", CLICKHOUSE_PORT: "0", ...env },
  });
  return { code, lines: output.trim().split("\n") };
}

async function ask(question: string): Promise<string> {
  const response = await fetch(jiva.url + paths.ask, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ question }),
  });
  expect(response.status, await response.clone().text()).toBe(200);
  return askAnswerSchema.parse(await response.json()).run_id;
}

/** The names of a run's spans, in alphabetical order; empty where the run is not stored. */
async function spanNames(runId: string): Promise<string[]> {
  const response = await fetch(jiva.url + paths.runSpans(runId));
  if (response.status === 404) return [];
  const { name, names } = runSpansSchema.parse(await response.json());
  return name.map((index) => names[index] ?? "").sort();
}

async function healthStatus(): Promise<number> {
  const response = await fetch(jiva.url + paths.health);
  await response.arrayBuffer();
  return response.status;
}

/** True where any process of the group that `pid` leads is left. */
function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The groups of the launcher, the app and the engine. The engine may be another than at the start. */
function groups(): number[] {
  return [jiva.launcher.pid ?? 0, jiva.appPid, ownerOf(dataDir) ?? jiva.enginePid];
}

describe("a second start", () => {
  it("says in one line that the port is taken", async () => {
    const { port } = new URL(jiva.url);
    const { code, lines } = await startBeside({ PORT: port, DATA_DIR: join(dataDir, "other") });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`127.0.0.1:${port} is taken by another program.`)]);
    expect(lines[0]).toMatch(/PORT=\d+ npm start/);
  });

  it("says in one line that the folder is in use", async () => {
    const { code, lines } = await startBeside({
      PORT: String(await freePort("127.0.0.1")),
      DATA_DIR: dataDir,
    });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`${dataDir} is in use by another Jiva`)]);
    expect(await healthStatus()).toBe(200);
  });

  it("ends with the one line of a wrong setting", async () => {
    const other = mkdtempSync(join(tmpdir(), "jiva-launcher-"));
    const { code, lines } = await startBeside({
      HOST: "0.0.0.0",
      API_TOKEN: "",
      ALLOW_NO_TOKEN: "",
      PORT: String(await freePort("127.0.0.1")),
      DATA_DIR: other,
    });
    rmSync(other, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith("API_TOKEN is needed because HOST=0.0.0.0"))).toHaveLength(
      1,
    );
  });
});

describe("an engine that is killed", () => {
  it("is back within 10 s at the same address, with what was stored", async () => {
    const runId = await ask("How many stations are there?");
    await vi.waitFor(async () => expect(await spanNames(runId)).toContain("ask"), {
      timeout: 10_000,
      interval: 200,
    });
    const before = ownerOf(dataDir) ?? jiva.enginePid;

    process.kill(before, "SIGKILL");
    await vi.waitFor(async () => expect(await healthStatus()).toBe(503), { timeout: 5_000, interval: 20 });
    await vi.waitFor(async () => expect(await healthStatus()).toBe(200), { timeout: 10_000, interval: 100 });

    expect(ownerOf(dataDir)).not.toBe(before);
    expect(await spanNames(runId)).toContain("ask");
    expect(jiva.output()).toMatch(/the engine ended by itself \(SIGKILL\); starting it again/);
  });
});

// Half a minute; in the short form an engine is killed once, above.
if (isLong) {
  describe("a bad day", () => {
    const traceId = "d1".repeat(16);
    const acknowledged: string[] = [];
    const answers: number[] = [];
    let isOver = false;
    let work: Promise<unknown>;

    /** Spans one by one, as an application sends them that is answered, and sends again what was not. */
    async function sendSpans(first: number): Promise<void> {
      for (let id = first; !isOver; id += 2) {
        const spanId = id.toString(16).padStart(16, "0");
        const nowNs = String(BigInt(Date.now()) * 1_000_000n);
        const span = { traceId, spanId, name: "step", startTimeUnixNano: nowNs, endTimeUnixNano: nowNs };
        const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
        const headers = { "content-type": "application/json" };
        const status = await fetch(`${jiva.url}/v1/traces`, { method: "POST", headers, body }).then(
          async (response) => {
            await response.arrayBuffer();
            return response.status;
          },
          () => 0,
        );
        // 0: the app is away itself.
        expect([0, 200, 429, 503]).toContain(status);
        if (status === 200) acknowledged.push(spanId);
        else await delay(100);
      }
    }

    async function readOn(): Promise<void> {
      while (!isOver) {
        const response = await fetch(`${jiva.url}${paths.runs}?limit=5`).catch(() => undefined);
        answers.push(response?.status ?? 0);
        await response?.arrayBuffer();
        await delay(50);
      }
    }

    beforeAll(() => {
      work = Promise.all([sendSpans(1), sendSpans(2), readOn()]);
    });
    afterAll(async () => {
      isOver = true;
      await work;
    });

    /** Waits until `part` was started once more and everything is well, and gives what health says of it. */
    async function comesBack(part: "engine" | "app", bringDown: () => unknown) {
      const before = jiva.restarts()[part]?.restarts ?? 0;
      await bringDown();
      await vi.waitFor(
        () => expect(jiva.restarts()[part]).toMatchObject({ restarts: before + 1, is_away: false }),
        {
          timeout: 30_000,
          interval: 50,
        },
      );
      const health = await vi.waitFor(
        async () => {
          const answer = healthSchema.parse(await (await fetch(jiva.url + paths.health)).json());
          expect([answer.status, answer[part]?.restarts], JSON.stringify(answer)).toEqual(["ok", before + 1]);
          return answer;
        },
        { timeout: 20_000, interval: 100 },
      );
      const spansBefore = acknowledged.length;
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(spansBefore), { timeout: 30_000 });
      return health[part]?.last_restart;
    }

    it("with statements that hang ends the engine, and it is back", async () => {
      const password = readFileSync(join(dataDir, "clickhouse-password"), "utf8").trim();
      const headers = { "x-clickhouse-user": "default", "x-clickhouse-key": password };
      const post = (query: string, body: Uint8Array<ArrayBuffer> | string, signal?: AbortSignal) =>
        fetch(`${jiva.engineUrl}/?query=${encodeURIComponent(query)}`, {
          method: "POST",
          headers,
          body,
          ...(signal && { signal }),
        });
      const columns = `s Nullable(String), i Nullable(Int32), l Nullable(Int64), f Nullable(Float64), b Nullable(Bool),
      d Nullable(DateTime64(6, 'UTC'))`;
      expect((await post(`CREATE TABLE default.hanging (${columns}) ENGINE = Null`, "")).status).toBe(200);
      const file = readFileSync("devtools/clickhouse/embedded/test-data/never-ends.parquet");
      const end = await comesBack("engine", async () => {
        const leaving = new AbortController();
        const hanging = Array.from({ length: 12 }, () =>
          post("INSERT INTO default.hanging FORMAT Parquet", file, leaving.signal).catch(() => undefined),
        );
        // Every place is taken: nothing else of the engine answers.
        await vi.waitFor(async () => expect(await healthStatus()).toBe(503), {
          timeout: 20_000,
          interval: 100,
        });
        leaving.abort();
        await Promise.all(hanging);
      });
      expect(end).toEqual({
        at: expect.any(String),
        reason: "a statement did not end within 4 s of being cancelled",
      });
    });

    it("with an engine that is stopped, too; an upload meanwhile is stored whole or not at all", async () => {
      const stopped = jiva.enginePid;
      const form = new FormData();
      form.append("file", new Blob(["a,b\n1,2\n".repeat(1_000)]), "meanwhile.csv");
      let upload: Promise<Response> | undefined;
      const end = await comesBack("engine", () => {
        process.kill(stopped, "SIGSTOP");
        const headers = { "x-jiva-request": "1" };
        upload = fetch(jiva.url + paths.datasets, { method: "POST", headers, body: form });
      });
      const answer = await upload;
      const stored = await (await fetch(jiva.url + paths.datasets)).text();
      if (answer?.status === 200) expect(stored).toContain('"meanwhile"');
      else {
        expect([answer?.status, answer?.headers.get("retry-after")]).toEqual([503, "2"]);
        expect(stored).not.toContain('"meanwhile"');
      }
      expect(end?.reason).toBe("its process was stopped");
      expect([isGroupAlive(stopped), jiva.enginePid === stopped]).toEqual([false, false]);
    });

    it("with an app that is killed, and tells it what happened before", async () => {
      const { engine } = jiva.restarts();
      expect(await comesBack("app", () => process.kill(jiva.appPid, "SIGKILL"))).toMatchObject({
        reason: "SIGKILL",
      });
      const health = healthSchema.parse(await (await fetch(jiva.url + paths.health)).json());
      expect(health.engine?.restarts).toBe(engine?.restarts);
      expect(health.engine?.restarts).toBeGreaterThanOrEqual(2);
    });

    it("loses no acknowledged span, and no read gets a wrong answer", async () => {
      isOver = true;
      await work;
      const response = await fetch(jiva.url + paths.runSpans(traceId));
      const stored = new Set(runSpansSchema.parse(await response.json()).span_id);
      expect(acknowledged.length).toBeGreaterThan(3);
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
      expect(answers.filter((status) => ![0, 200, 503].includes(status))).toEqual([]);
      expect(answers).toContain(200);
      for (const line of [
        /the engine is ended: a statement did not end/,
        /the engine is ended: its process was stopped/,
        /the app ended by itself \(SIGKILL\)/,
        /the app is back after/,
      ])
        expect(jiva.output()).toMatch(line);
    });
  });
}

describe("a stop right after a question", () => {
  it.each(isLong ? (["SIGTERM", "SIGINT"] as const) : (["SIGTERM"] as const))(
    "by %s stores every span and leaves no process",
    async (signal) => {
      const question = "How many stations are there?";
      const settled = await ask(question);
      let expected: string[] = [];
      await vi.waitFor(
        async () => {
          const names = await spanNames(settled);
          const isSettled = names.length > 0 && names.length === expected.length;
          expected = names;
          expect(isSettled).toBe(true);
        },
        { timeout: 15_000, interval: 1_500 },
      );
      const last = await ask(question);
      const before = groups();
      const exited = new Promise((resolve) => jiva.launcher.once("exit", resolve));
      jiva.launcher.kill(signal);

      expect(await exited).toBe(0);
      expect(before.filter(isGroupAlive)).toEqual([]);
      jiva = await startJiva(root, { DATA_DIR: dataDir });
      expect(await spanNames(last)).toEqual(expected);
    },
    120_000,
  );
});

describe("a launcher that is killed", () => {
  it("takes the app and the engine with it within 20 s", async () => {
    const before = groups();
    jiva.launcher.kill("SIGKILL");
    await vi.waitFor(() => expect(before.filter(isGroupAlive)).toEqual([]), {
      timeout: 20_000,
      interval: 200,
    });
  });
});
