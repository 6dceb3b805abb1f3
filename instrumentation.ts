/** Next calls this once, before the first request, in each of its runtimes; the app lives in Node's. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { start } = await import("./lib/server/start");
    start();
  }
}
