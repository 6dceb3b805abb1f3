import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { buildWorkers } from "./build.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The bundle of the app's jobs, and that of the jobs which the pool is tested with. */
    workersFile: string;
    testJobsFile: string;
    /** A process that runs one of these jobs, to be killed. */
    testAppFile: string;
    /** Whether tests take their long form. */
    isLong: boolean;
  }
}

/** Builds the modules that jobs run in, for one run of the tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  // Names of their own, since runs may overlap.
  const fileOf = (name: string) => `dist/test-${name}-${project.name}-${process.pid}.mjs`;
  const workers = fileOf("workers");
  const testJobs = fileOf("jobs");
  const testApp = fileOf("app");
  const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
  await buildWorkers(workers);
  await buildWorkers(testJobs, "lib/workers/testing/jobs.ts");
  await buildWorkers(testApp, "lib/workers/testing/app.ts");
  project.provide("workersFile", pathOf(workers));
  project.provide("testJobsFile", pathOf(testJobs));
  project.provide("testAppFile", pathOf(testApp));
  project.provide("isLong", process.env.TEST_LENGTH === "long");
  return () => {
    for (const file of [workers, testJobs, testApp]) {
      for (const path of [pathOf(file), `${pathOf(file)}.map`]) rmSync(path, { force: true });
    }
  };
}
