import type { Gate } from "@/lib/base/tasks";
import type { Database } from "@/lib/clickhouse/connection/client";
import type { Store } from "@/lib/retrieval/ports";
import type { Telemetry } from "@/lib/telemetry/set-up";
import type { SpanIntake } from "@/lib/telemetry/span-intake";
import type { Pool } from "@/lib/workers/pool";
import type { Config } from "./config";
import type { Sessions } from "./http/sessions";
import type { WrongTokens } from "./http/wrong-tokens";
import type { LauncherLink } from "./launcher-link";

/** Where the tables' state is on its way from whatever the database holds to what this version needs. */
export interface Migration {
  state: "running" | "done";
  /** Why it is not done yet. */
  reason?: string;
}

/** The real things behind the ports, once a process. */
export interface Services {
  readonly config: Config;
  readonly database: Database;
  readonly store: Store;
  readonly telemetry: Telemetry;
  /** What other applications send. */
  readonly intake: SpanIntake;
  /** Everything that people bring is read in it. */
  readonly pool: Pool;
  /** Every question passes here: a bounded number runs, a bounded number waits. */
  readonly questions: Gate;
  /** Fires when the app ends and what runs has had its time. */
  readonly stopping: AbortSignal;
  readonly migration: Migration;
  readonly sessions: Sessions;
  /** One for the door and the routes: a guesser does not get twice as many tries. */
  readonly wrongTokens: WrongTokens;
  readonly launcher: LauncherLink;
}

/**
 * The services of this process, known to every bundle of the app. Apart from what starts them (services.ts), so
 * that the door's bundle does not hold all of it. Only where Next or the door calls in are they asked for: all else
 * is handed what it works with.
 */
const key = Symbol.for("jiva.services");
const globals = globalThis as typeof globalThis & { [key]?: Services };

export function services(): Services {
  const started = globals[key];
  if (!started) throw new Error("The services were not started. instrumentation.ts does that.");
  return started;
}

export function areServicesStarted(): boolean {
  return globals[key] !== undefined;
}

export function keepServices(started: Services): void {
  globals[key] = started;
}
