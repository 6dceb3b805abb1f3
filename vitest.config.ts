import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");
const alias = { "@": root };
const elsewhere = ["node_modules/**", ".next/**", "dist/**", "e2e/**"];

/** Those that start Jivas or engines, and mostly wait for them: first, so that none of them is left alone at the end. */
const longest = [
  "launcher",
  "receiver",
  "backup",
  "round-trip",
  "migrate",
  "damage",
  "clear-traces",
  "traces",
];

/**
 * Tests with a page (`x.test.tsx`, in happy-dom) after all others: a process that comes from one kind to the other is
 * ended and started anew, some fifty times when they are mixed.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const hasPage = ({ moduleId }: TestSpecification) => moduleId.endsWith(".tsx");
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.int.test.ts`));
      return index === -1 ? longest.length : index;
    };
    return sorted.sort((a, b) => rank(a) - rank(b) || Number(hasPage(a)) - Number(hasPage(b)));
  }
}

/** `x.test.ts` runs alone; `x.int.test.ts` needs the engine, which the global set-up starts once for all of them. */
export default defineConfig({
  test: {
    // Vitest would leave one of two cores to itself: the integration tests took 3 min 50 s then, 2 min 11 s so.
    maxWorkers: 2,
    // Printed, not enforced: `npm run coverage`. Of what the app runs, not of its tests and tools.
    coverage: {
      provider: "v8",
      include: ["lib/**/*.{ts,tsx}", "components/**/*.{ts,tsx}", "app/**/*.{ts,tsx}"],
      exclude: ["**/*.test.{ts,tsx}", "**/testing/**"],
      reportsDirectory: "test-results/coverage",
      reporter: ["text-summary", "html"],
    },
    sequence: { sequencer: LongestFirst },
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
          testTimeout: process.env.TEST_LENGTH === "long" ? 120_000 : 20_000,
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
