import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../launcher/ports.mjs";
import { run } from "../../launcher/processes.mjs";
import { familyOf } from "../boundary/memory";
import { watchRecovery } from "../chaos/recovery";
import type { Probe, ProbeTarget } from "./probe";
import { call, verdictOf } from "./probe";

const startLimitMs = 60_000;
const backMs = 10_000;

/** Starts Jiva beside the one that runs, in an empty folder; what it says where it does not start. */
async function startWith(
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; lines: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "jiva-probe-"));
  try {
    const port = String(await freePort("127.0.0.1"));
    const settings = {
      HOST: "127.0.0.1",
      PORT: port,
      DATA_DIR: join(folder, "data"),
      CLICKHOUSE_PORT: "0",
      CLICKHOUSE_URL: "",
      API_TOKEN: "",
    };
    const { code, output } = await run(process.execPath, ["devtools/start.mjs"], {
      cwd: root,
      limitMs: startLimitMs,
      env: { ...process.env, ...settings, ...env },
    });
    return { code, lines: output.trim().split("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

export function operatorProbes({ root, tried, url }: ProbeTarget): Probe[] {
  const area = "operator";
  const wrongSetting = (env: Readonly<Record<string, string>>, named: RegExp): Probe => ({
    area,
    name: `a start with ${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}`,
    right: `it ends with 1 and one line that names ${named.source}`,
    limitMs: startLimitMs + 10_000,
    async run() {
      const { code, lines } = await startWith(root, env);
      const naming = lines.filter((each) => named.test(each));
      const traces = lines.filter((each) => /^\s+at /.test(each));
      return {
        came: `${code}: ${(naming[0] ?? lines.at(-1) ?? "").slice(0, 200)}`,
        ok: code === 1 && naming.length === 1 && traces.length === 0,
      };
    },
  });
  const kill = (name: string, pidOf: () => number | undefined, signal: NodeJS.Signals): Probe => ({
    area,
    name,
    right: "all is back within 10 s",
    limitMs: 60_000,
    async run() {
      const pid = pidOf();
      if (pid === undefined) return { came: "there is no such process", ok: false };
      process.kill(pid, signal);
      const { backMs: came, lies } = await watchRecovery(tried, 40_000);
      return {
        came: came === undefined ? "not back" : `back after ${came} ms ${lies.join("; ")}`,
        ok: came !== undefined && came <= backMs && lies.length === 0,
      };
    },
  });
  return [
    wrongSetting({ PORT: "abc" }, /PORT/),
    wrongSetting({ PORT: "70000" }, /PORT/),
    wrongSetting({ HOST: "0.0.0.0" }, /API_TOKEN/),
    wrongSetting({ HOST: "0.0.0.0", API_TOKEN: "short" }, /API_TOKEN/),
    wrongSetting({ API_TOKEN: "the-same-token-twice", READ_TOKEN: "the-same-token-twice" }, /READ_TOKEN/),
    wrongSetting({ CLICKHOUSE_URL: "ftp://x" }, /CLICKHOUSE_URL/),
    wrongSetting({ MAX_UPLOAD_MB: "-1" }, /MAX_UPLOAD_MB/),
    wrongSetting({ TRUSTED_PROXIES: "nonsense" }, /TRUSTED_PROXIES/),
    wrongSetting({ ENGINE_MEMORY_MB: "12" }, /ENGINE_MEMORY_MB/),
    wrongSetting({ CLICKHOUSE_DATABASE: "a; DROP" }, /CLICKHOUSE_DATABASE/),
    {
      area,
      name: "a start on a port that is taken",
      right: "it ends with 1 and a line that names the port",
      limitMs: startLimitMs,
      async run() {
        const server = createServer().listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        const { port } = server.address() as { port: number };
        const { code, lines } = await startWith(root, { PORT: String(port) });
        server.close();
        return {
          came: `${code}: ${lines.at(-1)?.slice(0, 200)}`,
          ok: code === 1 && lines.length === 1 && (lines[0] ?? "").includes(String(port)),
        };
      },
    },
    {
      area,
      name: "a start with DATA_DIR a file",
      right: "it ends with 1 and a line that says so",
      limitMs: startLimitMs,
      async run() {
        const folder = mkdtempSync(join(tmpdir(), "jiva-probe-"));
        writeFileSync(join(folder, "file"), "x");
        const { code, lines } = await startWith(root, { DATA_DIR: join(folder, "file") });
        rmSync(folder, { recursive: true });
        const said = lines.filter((each) => /DATA_DIR|is a file|no folder|not a folder/.test(each));
        return {
          came: `${code}: ${lines.at(-1)?.slice(0, 200)}`,
          ok: code === 1 && said.length === 1 && !lines.some((each) => /^\s+at /.test(each)),
        };
      },
    },
    {
      area,
      name: "a start with DATA_DIR where nothing can be written",
      right: "it ends with 1 and a line that says so",
      limitMs: startLimitMs,
      async run() {
        // Not even root can make a folder there.
        const { code, lines } = await startWith(root, { DATA_DIR: "/proc/jiva-probe" });
        const said = lines.filter((each) => /DATA_DIR|\/proc\/jiva-probe/.test(each));
        return {
          came: `${code}: ${lines.at(-1)?.slice(0, 200)}`,
          ok: code === 1 && said.length === 1 && !lines.some((each) => /^\s+at /.test(each)),
        };
      },
    },
    {
      area,
      name: "a start on a folder that is in use",
      right: "it ends with 1 and a line that says so; the other goes on",
      limitMs: startLimitMs,
      async run() {
        const { code, lines } = await startWith(root, { DATA_DIR: tried.jiva.dataDir });
        const { status } = await call(`${url}/api/health`);
        return {
          came: `${code}: ${lines.at(-1)?.slice(0, 200)}`,
          ok: code === 1 && /in use/.test(lines.join("\n")) && status === 200,
        };
      },
    },
    kill("SIGKILL of the engine", tried.enginePid, "SIGKILL"),
    kill("SIGSTOP of the engine", tried.enginePid, "SIGSTOP"),
    kill("SIGKILL of the app", tried.appPid, "SIGKILL"),
    {
      area,
      name: "SIGKILL of the launcher",
      right: "app and engine end by themselves within 30 s",
      limitMs: 60_000,
      async run() {
        const launcher = tried.jiva.launcher.pid ?? 0;
        const family = familyOf(launcher).slice(1);
        process.kill(launcher, "SIGKILL");
        const deadline = Date.now() + 30_000;
        const alive = () => family.filter(isAlive);
        while (alive().length > 0 && Date.now() < deadline)
          await new Promise((resolve) => setTimeout(resolve, 200));
        return verdictOf(
          alive().map((pid) => `process ${pid} is still there`),
          `${family.length} processes ended`,
        );
      },
    },
  ];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
