import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { buildEngine } from "../../build.mjs";
import { startEngine, stopEngine } from "./process/start-engine";

declare module "vitest" {
  interface ProvidedContext {
    clickhouse: { url: string; user: string; password: string };
    /** The bundled engine, for tests that start engines of their own. */
    engineBundle: string;
  }
}

/**
 * One engine for a whole run of the integration tests, on a free port, with its data in a temporary folder.
 * Tests read TEST_CLICKHOUSE_URL, TEST_CLICKHOUSE_USER and TEST_CLICKHOUSE_PASSWORD (or `inject("clickhouse")`)
 * and make databases with random names. Should this process be killed, the engine ends by itself.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Inside the project, so that the bundle finds its packages; a name of its own, since runs may overlap.
  const bundle = `dist/test-engine-${process.pid}.mjs`;
  const bundlePath = fileURLToPath(new URL(`../../../${bundle}`, import.meta.url));
  await buildEngine(bundle);
  const dataDir = mkdtempSync(join(tmpdir(), "jiva-test-"));
  const remove = () => {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
    for (const path of [bundlePath, `${bundlePath}.map`]) rmSync(path, { force: true });
  };
  try {
    const engine = await startEngine(bundlePath, { DATA_DIR: dataDir, CLICKHOUSE_PORT: "0" });
    const { url, user, password } = engine;
    process.env.TEST_CLICKHOUSE_URL = url;
    process.env.TEST_CLICKHOUSE_USER = user;
    process.env.TEST_CLICKHOUSE_PASSWORD = password;
    project.provide("clickhouse", { url, user, password });
    project.provide("engineBundle", bundlePath);
    return async () => {
      await stopEngine(engine);
      remove();
    };
  } catch (error) {
    remove();
    throw error;
  }
}
