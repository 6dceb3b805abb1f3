// @ts-check
/** A part of `npm run check`: licences and install scripts of every package in package-lock.json. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as lists from "./packages/allowed.mjs";
import { packageProblems } from "./packages/lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

const { packages } = readJson("package-lock.json");
const problems = packageProblems(
  packages,
  (path) => (existsSync(join(root, path, "package.json")) ? readJson(`${path}/package.json`) : undefined),
  lists,
);
if (problems.length > 0) {
  process.stdout.write(`${problems.join("\n")}\nThe lists are in devtools/packages/allowed.mjs.\n`);
  process.exitCode = 1;
}
