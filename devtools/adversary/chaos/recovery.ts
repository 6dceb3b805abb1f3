import { healthSchema } from "@/lib/api/health";
import { paths } from "@/lib/api/paths";
import type { TriedJiva } from "../live/tried-jiva";
import { ask } from "./load";
import { hangingTable } from "./mischief";

/** What came after one event. */
export interface Recovery {
  /** From the event until everything answered again and nothing hung; undefined where that never came. */
  readonly backMs: number | undefined;
  /** Health said what was not so, later than it may. */
  readonly lies: readonly string[];
}

const lookEveryMs = 150;
/** Grace period in which health may lag behind a change. */
const truthMs = 5_000;
const pingLimitMs = 1_000;
const healthLimitMs = 4_000;

/**
 * Looks at engine and app until both are well, from outside and beside each other. They are not before `over`: the
 * event has then done what it does.
 */
export async function watchRecovery(
  tried: TriedJiva,
  limitMs: number,
  over: Promise<void> = Promise.resolve(),
): Promise<Recovery> {
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  const startedMs = performance.now();
  const lies: string[] = [];
  const elapsed = () => performance.now() - startedMs;
  /** Since when engine and app have answered without a break; undefined while one does not. */
  let bothSinceMs: number | undefined;
  while (elapsed() < limitMs) {
    const before = await pings(tried.engineUrl);
    const health = await readStatus(tried.url);
    const isUp = (await pings(tried.engineUrl)) && before;
    bothSinceMs = isUp && health !== undefined ? (bothSinceMs ?? elapsed()) : undefined;
    const said = health === "ok" || health === "degraded";
    if (elapsed() > truthMs) {
      if (said && !before && !isUp)
        lies.push(`${health} after ${Math.round(elapsed())} ms, while the engine is away`);
      const isUpLong = bothSinceMs !== undefined && elapsed() - bothSinceMs > truthMs;
      if (health === "down" && isUpLong)
        lies.push(`down after ${Math.round(elapsed())} ms, while the engine answers`);
    }
    if (isOver && said && isUp && (await isWell(tried))) return { backMs: Math.round(elapsed()), lies };
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return { backMs: undefined, lies };
}

async function pings(engineUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${engineUrl}/ping`, { signal: AbortSignal.timeout(pingLimitMs) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** What health says; undefined where the app does not answer. */
async function readStatus(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url + paths.health, { signal: AbortSignal.timeout(healthLimitMs) });
    return healthSchema.parse(await response.json()).status;
  } catch {
    return undefined;
  }
}

/** A question is answered, and no statement of ours hangs in the engine. */
async function isWell(tried: TriedJiva): Promise<boolean> {
  try {
    if ((await ask(tried.url, "How many stations are there?")) !== 200) return false;
    const result = await tried.engine.query({
      query:
        "SELECT count() AS hanging FROM system.processes WHERE position(query, {table:String}) > 0 AND query NOT LIKE '%system.processes%'",
      query_params: { table: hangingTable },
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ hanging: string }>();
    return row?.hanging === "0";
  } catch {
    return false;
  }
}
