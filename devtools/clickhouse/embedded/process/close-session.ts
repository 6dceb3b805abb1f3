import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Session } from "chdb";

const require = createRequire(import.meta.url);
const loader: unknown = require(join(dirname(require.resolve("chdb")), "dist", "loader.js"));
const native = loadNative(loader);

/**
 * Closes a session on which nothing runs, at once. The binding's own close() waits until every other session of
 * the process is idle too, and each one that waits holds 0.15 MB: behind a query of one minute that was measured
 * to be gigabytes. The engine itself asks only that nothing runs on the connection that is closed.
 */
export function closeSession(session: Session): void {
  const { connection } = session;
  if (native) session.connection = null;
  session.close();
  if (connection) native?.CloseConnection(connection);
}

/** The binding's native part, which its package does not export; undefined when it has another shape one day. */
function loadNative(module: unknown): Native | undefined {
  const { loadNative: load } = module as { loadNative?: () => unknown };
  const candidate = (typeof load === "function" ? load() : undefined) as Native | undefined;
  return typeof candidate?.CloseConnection === "function" ? candidate : undefined;
}

type Native = { CloseConnection: (connection: Session["connection"]) => unknown };
