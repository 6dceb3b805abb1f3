// @ts-check
/**
 * Checks every source file by the import table of rooms/table.mjs, for circles of files, and folders by their size;
 * exits 1 with one line for each violation.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { circlesOf, importGraph } from "./measures/imports.mjs";
import { folderProblems } from "./rooms/folders.mjs";
import { violationsOf } from "./rooms/imports.mjs";

// Folders that hold nothing of our own making, at any depth.
const elsewhere = /^(?:node_modules|dist|test-results|playwright-report|\..*)$/;

/**
 * Every source file below `root`: .ts, .tsx and .mjs, without the declarations that Next generates.
 * @param {string} root
 * @returns {import("./rooms/imports.mjs").Source[]}
 */
export function readSources(root) {
  /** @param {string} folder @returns {string[]} */
  const filesIn = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return elsewhere.test(entry.name) ? [] : filesIn(path);
      return /\.(?:ts|tsx|mjs)$/.test(entry.name) && entry.name !== "next-env.d.ts" ? [path] : [];
    });
  return filesIn(root)
    .sort()
    .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));
}

/**
 * The number of files read and what was found. Reading nothing is a violation too: a check that looked at no
 * file would pass for ever.
 * @param {string} root
 * @returns {{ files: number, violations: string[] }}
 */
export function checkRooms(root) {
  const sources = readSources(root);
  if (sources.length === 0) return { files: 0, violations: [`No source file was found below ${root}.`] };
  const circles = circlesOf(importGraph(sources)).map(
    (paths) => `${paths.join(" ↔ ")}: files import in a circle`,
  );
  const folders = folderProblems(sources.map(({ path }) => path));
  return { files: sources.length, violations: [...violationsOf(sources), ...circles, ...folders] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
  const { files, violations } = checkRooms(root);
  for (const violation of violations) console.error(violation);
  console.log(`${files} files, ${violations.length} violations of the import table`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
