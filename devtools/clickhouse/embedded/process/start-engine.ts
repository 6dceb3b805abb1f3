import { type ChildProcess, fork } from "node:child_process";

export type EngineProcess = { child: ChildProcess; url: string; user: string; password: string };

/** Opening a store takes 0.1 s; one that was killed may have to be repaired first. */
const startMs = 60_000;
const stopMs = 20_000;

/**
 * Starts the bundled engine as a process group of its own and waits until it is ready. Rejects with its reason
 * when it cannot start. Its log goes to `stderr` ("inherit" or "pipe").
 */
export async function startEngine(
  bundle: string,
  env: { DATA_DIR: string; CLICKHOUSE_PORT: string },
  stderr: "inherit" | "pipe" = "inherit",
): Promise<EngineProcess> {
  const child = fork(bundle, {
    detached: true,
    env: { ...process.env, ...env, UV_THREADPOOL_SIZE: "16" },
    stdio: ["ignore", "ignore", stderr, "ipc"],
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(reason));
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`The engine was not ready within ${startMs / 1000} s`);
    }, startMs);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`The engine ended at its start (${signal ?? code})`));
    child.on("message", (message) => {
      const { type, url, user, password, reason } = message as Record<string, string | undefined>;
      if (type === "failed") fail(reason ?? "The engine could not start");
      if (type !== "ready" || url === undefined || user === undefined || password === undefined) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve({ child, url, user, password });
    });
  });
}

/** Stops the engine and waits until the process has ended; by force when it does not. */
export async function stopEngine({ child }: Pick<EngineProcess, "child">): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}
