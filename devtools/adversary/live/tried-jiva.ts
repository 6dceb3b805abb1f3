import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { ownerOf } from "../../launcher/folder.mjs";
import { freePort } from "../../launcher/ports.mjs";
import { type StartedJiva, startJiva } from "../../launcher/started-jiva.mjs";
import { familyOf } from "../boundary/memory";

/** A really started Jiva with a way to its engine that does not lead through the app. */
export interface TriedJiva {
  readonly url: string;
  readonly engineUrl: string;
  readonly enginePassword: string;
  readonly engine: ClickHouseClient;
  readonly jiva: StartedJiva;
  /** The processes that run now; undefined while one is away. */
  enginePid(): number | undefined;
  appPid(): number | undefined;
  stop(): Promise<void>;
}

const engineLimitMs = 20_000;

/** Spans of the seeds are of a fixed day: nothing of them may expire. */
const settings = { TRACE_TTL_HOURS: "0" };

export async function startTried(
  root: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TriedJiva> {
  const port = await freePort("127.0.0.1");
  const jiva = await startJiva(root, { ...settings, CLICKHOUSE_PORT: String(port), ...env });
  const engineUrl = `http://127.0.0.1:${port}`;
  const enginePassword = readFileSync(join(jiva.dataDir, "clickhouse-password"), "utf8").trim();
  const engine = createClient({
    url: engineUrl,
    username: "default",
    password: enginePassword,
    database: "jiva",
    request_timeout: engineLimitMs,
    // Its engine may be away at any time: what matters is thrown.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const enginePid = () => ownerOf(jiva.dataDir);
  return {
    url: jiva.url,
    engineUrl,
    enginePassword,
    engine,
    jiva,
    enginePid,
    appPid() {
      const launcher = jiva.launcher.pid;
      if (launcher === undefined) return undefined;
      const own = enginePid();
      return childrenOf(launcher).find((pid) => pid !== own && isApp(pid));
    },
    async stop() {
      await engine.close();
      await jiva.stop();
    },
  };
}

function childrenOf(pid: number): number[] {
  return familyOf(pid).slice(1);
}

/** The launcher's other child is the engine, and what builds is gone by then. */
function isApp(pid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return command !== "" && !command.includes("dist/engine.mjs");
  } catch {
    return false;
  }
}
