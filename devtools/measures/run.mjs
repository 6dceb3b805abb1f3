// @ts-check
/**
 * `npm run measures`: the measures of the house, each with its limit, and with `--list NAME` every place that counts.
 * `--root DIR` measures another checkout by the same rules.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readSources } from "../check-rooms.mjs";
import { limits, measure } from "./measure.mjs";

const own = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: { root: { type: "string", default: own }, list: { type: "string" } },
});
const page = readFileSync(join(own, "docs/style.md"), "utf8");
const measured = measure(readSources(resolve(values.root)), page);
if (values.list !== undefined && !Object.hasOwn(measured, values.list)) {
  process.stderr.write(`measures: no measure "${values.list}": take ${Object.keys(measured).join(", ")}\n`);
  process.exit(2);
}
let failures = 0;
for (const [name, places] of Object.entries(measured)) {
  const limit = limits[/** @type {keyof typeof limits} */ (name)];
  const isOver = places.length > limit;
  if (isOver) failures++;
  process.stdout.write(
    `${name.padEnd(20)} ${String(places.length).padStart(5)}  limit ${limit}${isOver ? "  OVER" : ""}\n`,
  );
  if (values.list === name) for (const place of places) process.stdout.write(`  ${place}\n`);
}
process.exitCode = failures > 0 ? 1 : 0;
