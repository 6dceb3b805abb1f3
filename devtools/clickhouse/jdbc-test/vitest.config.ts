import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** Apart from `npm test`, which needs no Java: `npm run test:jdbc` fetches the driver and comes here. */
export default defineConfig({
  root,
  resolve: { alias: { "@": root } },
  test: {
    name: "jdbc",
    include: ["devtools/clickhouse/jdbc-test/*.scenario.ts"],
    globalSetup: ["devtools/clickhouse/embedded/vitest-engine.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
