// @ts-check
/**
 * Loaded into the development server, whose outer process does not look at its IPC channel: when the launcher
 * dies, the whole group ends with it.
 */
process.once("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  // Next's own signal handling is off (NEXT_MANUAL_SIG_HANDLE); nobody is left who would press harder.
  setTimeout(() => process.exit(1), 5_000).unref();
});
