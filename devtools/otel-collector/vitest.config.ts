import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Apart from `npm test`, which has no Collector: `npm run test:collector` builds one and comes here. */
export default defineConfig({
  root,
  resolve: { alias: { "@": root } },
  test: {
    name: "collector",
    include: ["devtools/otel-collector/*.scenario.ts"],
    // One scenario, whose steps build on each other: after the first that fails the rest says nothing.
    bail: 1,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
