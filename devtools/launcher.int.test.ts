import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { askAnswerSchema } from "@/lib/api/ask";
import { paths } from "@/lib/api/paths";
import { runSpansSchema } from "@/lib/api/runs";
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

describe("a stop right after a question", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
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
