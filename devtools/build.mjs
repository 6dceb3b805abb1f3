// @ts-check
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildViewer } from "./build-viewer.mjs";
import { beginBuild } from "./launcher/freshness.mjs";

/**
 * `node devtools/build.mjs` runs every step in order; `--engine` and its kin run only the steps named.
 */
const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * One module for Node. Its packages stay outside where `options` say nothing else.
 * @param {string} entry relative to the root, as is `outfile`
 * @param {string} outfile
 * @param {import("esbuild").BuildOptions} [options]
 */
export async function bundleForNode(entry, outfile, options = { packages: "external" }) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    sourcemap: "linked",
    logLevel: "warning",
    ...options,
  });
}

/**
 * The embedded engine as one module. Its packages stay outside: chdb loads a native library beside itself.
 * @param {string} outfile relative to the root
 */
export async function buildEngine(outfile = "dist/engine.mjs") {
  await bundleForNode("devtools/clickhouse/embedded/main.ts", outfile);
}

/**
 * The module that jobs run in, in threads and in processes of their own. Its packages are inside: a process starts
 * for each job, and looks for nothing.
 * @param {string} outfile relative to the root
 * @param {string} entry a module that calls `serveJobs`
 */
export async function buildWorkers(outfile = "dist/workers.mjs", entry = "lib/server/jobs.ts") {
  await bundleForNode(entry, outfile, { alias: { "@": root.replace(/\/$/, "") }, legalComments: "none" });
}

/** The app's program as one module: the door, and how Next is started behind it. Its packages stay outside. */
async function buildServer() {
  await bundleForNode("lib/server/serve.ts", "dist/server.mjs");
}

/** The app, by Next's own build; what it prints is shown. */
async function buildApp() {
  const next = fileURLToPath(new URL("../node_modules/next/dist/bin/next", import.meta.url));
  const child = spawn(process.execPath, [next, "build"], { cwd: root, stdio: "inherit" });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error("next build failed: see above");
}

/** @type {Record<import("./launcher/freshness.mjs").StepName, () => Promise<void>>} */
const steps = {
  engine: () => buildEngine(),
  viewer: buildViewer,
  workers: () => buildWorkers(),
  server: buildServer,
  app: buildApp,
};

async function main() {
  const asked = process.argv.slice(2).map((flag) => flag.replace(/^--/, ""));
  const unknown = asked.find((name) => !Object.hasOwn(steps, name));
  if (unknown !== undefined) {
    process.stderr.write(`build: no step "${unknown}": take ${Object.keys(steps).join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  for (const name of /** @type {import("./launcher/freshness.mjs").StepName[]} */ (Object.keys(steps))) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const started = performance.now();
    const finish = beginBuild(root, name);
    await steps[name]();
    finish();
    process.stdout.write(`build: ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
