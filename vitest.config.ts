import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");
const alias = { "@": root };
const elsewhere = ["node_modules/**", ".next/**", "dist/**", "e2e/**"];

/**
 * Tests with a page (`x.test.tsx`, in happy-dom) after all others: a process that comes from one kind to the other is
 * ended and started anew, some fifty times when they are mixed.
 */
class PagesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const hasPage = ({ moduleId }: TestSpecification) => moduleId.endsWith(".tsx");
    return [...sorted.filter((file) => !hasPage(file)), ...sorted.filter(hasPage)];
  }
}

/** `x.test.ts` runs alone; `x.int.test.ts` needs the engine, which the global set-up starts once for all of them. */
export default defineConfig({
  test: {
    // Vitest would leave one of two cores to itself: the integration tests took 3 min 50 s then, 2 min 11 s so.
    maxWorkers: 2,
    sequence: { sequencer: PagesLast },
    projects: [
      {
        resolve: { alias },
        esbuild: { jsx: "automatic" },
        test: {
          name: "unit",
          // One process for many files: a third of the processor time was for starting processes. A test puts back what
          // it changes beyond itself, as ever.
          isolate: false,
          // They take milliseconds; a machine that others use may take seconds for the same.
          testTimeout: 20_000,
          unstubEnvs: true,
          unstubGlobals: true,
          globalSetup: ["devtools/workers-set-up.ts"],
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...elsewhere, "**/*.int.test.ts"],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["**/*.int.test.ts"],
          exclude: elsewhere,
          isolate: false,
          globalSetup: ["devtools/workers-set-up.ts", "devtools/clickhouse/embedded/vitest-engine.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
