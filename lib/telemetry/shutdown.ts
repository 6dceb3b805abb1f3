/**
 * The end of the process, in order. Next would call process.exit as soon as its server is closed, and the
 * spans of the last requests would be lost; so process.exit waits until the hooks are through.
 */

export interface ShutdownHook {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * From now on SIGTERM, SIGINT and the end of the launcher (its IPC channel closes) run the hooks one after the
 * other, each whatever the others did, and then end the process; so does anybody's process.exit. All of them
 * together get `limitMs`.
 */
export function installShutdown(hooks: readonly ShutdownHook[], limitMs: number): void {
  const exit = process.exit.bind(process);
  let ending: Promise<void> | undefined;

  const end = (code: number) => {
    ending ??= runHooks(hooks, limitMs);
    void ending.then(() => exit(code));
  };
  const stop = () => end(0);
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("disconnect", stop);
  // Its type says that it never returns. It does not return to anything that goes on: the process is ending.
  process.exit = ((code?: number) => end(code ?? (Number(process.exitCode) || 0))) as typeof process.exit;
}

async function runHooks(hooks: readonly ShutdownHook[], limitMs: number): Promise<void> {
  const all = (async () => {
    for (const hook of hooks) {
      try {
        await hook.run();
      } catch (error) {
        console.error(`While stopping (${hook.name}):`, error);
      }
    }
  })();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([all, late]);
  clearTimeout(timer);
}
