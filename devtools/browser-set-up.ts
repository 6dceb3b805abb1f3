import { fileURLToPath } from "node:url";
import { startJiva } from "./launcher/started-jiva.mjs";

/** Starts Jiva for the browser tests and tells them its address; gives back what stops it. */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.JIVA_URL) return undefined;
  const jiva = await startJiva(fileURLToPath(new URL("..", import.meta.url)));
  // The configuration is read again in every worker, and finds it there.
  process.env.JIVA_URL = jiva.url;
  return jiva.stop;
}
