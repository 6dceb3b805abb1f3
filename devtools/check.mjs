// @ts-check
/**
 * `npm run check`: format and lint, types, rooms, measures, dead code, commits, packages. Runs all of them, so that one
 * run shows everything.
 */
import { fileURLToPath } from "node:url";
import { run } from "./launcher/processes.mjs";
import { createReport } from "./launcher/report.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
const limitMs = 180_000;

/** Each check is one or more commands; the first that fails is the check's answer. */
const checks = [
  {
    name: "format and lint",
    commands: [["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]],
  },
  {
    name: "types",
    // The compiler wants the types that Next makes of the routes.
    commands: [
      ["node_modules/next/dist/bin/next", "typegen"],
      ["node_modules/typescript/bin/tsc", "--noEmit", "--project", "."],
    ],
  },
  { name: "rooms", commands: [["devtools/check-rooms.mjs"]] },
  { name: "measures", commands: [["devtools/measures/run.mjs"]] },
  { name: "dead code", commands: [["node_modules/knip/bin/knip.js"]] },
  { name: "commits", commands: [["devtools/check-commits.mjs"]] },
  { name: "packages", commands: [["devtools/check-packages.mjs"]] },
];

const stopping = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => stopping.abort());
}

const report = createReport(process.stdout, { name: "check" });
let failures = 0;
for (const { name, commands } of checks) {
  const step = report.step(name);
  let outcome = { code: 0, output: "" };
  for (const command of commands) {
    if (outcome.code !== 0 || stopping.signal.aborted) break;
    outcome = await run(process.execPath, command, { cwd: root, env, limitMs, signal: stopping.signal });
  }
  if (stopping.signal.aborted) process.exit(130);
  if (outcome.code === 0) step.done("ok");
  else {
    failures++;
    step.failed("see below");
    process.stdout.write(`\n${outcome.output.trim()}\n\n`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
