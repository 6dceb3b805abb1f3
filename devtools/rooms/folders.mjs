// @ts-check
import { posix } from "node:path";
import { table } from "./table.mjs";

/** A folder of more sources than fit a screen is several rooms in one. */
const maxSources = 25;

/**
 * Folders with too many sources, and rooms of the table that there are not: one line each.
 * @param {readonly string[]} paths of all sources, below the root
 * @param {readonly string[]} [rooms]
 * @returns {string[]}
 */
export function folderProblems(paths, rooms = Object.keys(table)) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const path of paths) {
    if (/\.(?:test|spec)\.tsx?$/.test(path)) continue;
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const full = [...counts]
    .filter(([, count]) => count > maxSources)
    .map(([folder, count]) => `${folder} holds ${count} sources, ${maxSources} at most: give it folders`);
  const gone = rooms
    .filter((room) => room !== "configuration")
    .filter((room) => !paths.some((path) => path === room || path.startsWith(`${room}/`)))
    .map((room) => `devtools/rooms/table.mjs has a row for ${room}, which is not there`);
  return [...full, ...gone];
}
