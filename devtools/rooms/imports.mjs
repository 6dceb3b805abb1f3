// @ts-check
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { engineTestPackages, table, testPackages, worldly } from "./table.mjs";

/**
 * Finds imports by their text. Where text is ambiguous (an `import(` in a comment) it reports too much rather
 * than too little: a false report is seen and reworded, a missed one is a hole in the wall.
 */
const statements = [
  // import x from "y" · import type { x } from "y" · export { x } from "y" · export * from "y"
  /^[ \t]*(?:import|export)\s+(?<type>type\s+)?[\w*{$][^"'`;=()]*?\bfrom\s*["'](?<specifier>[^"'\n]+)["']/gm,
  // import "y"
  /^[ \t]*import\s*["'](?<specifier>[^"'\n]+)["']/gm,
  // import("y"), as an expression or in a type · require("y")
  /(?<![\w.$])(?:import|require)\s*\(\s*(?:\/\*[^*]*\*\/\s*)?["'`](?<specifier>[^"'`\n]+)["'`]/g,
];
const computed = /(?<![\w.$"'`])import\s*\(\s*(?!["'`]|\/\*)[^)\s]/g;

/**
 * @typedef {object} Source
 * @property {string} path below the root, with forward slashes
 * @property {string} text
 */

/**
 * Every import of a source, in the order of its lines; the specifier is null where it is computed. `isType` is set
 * for `import type` and `export type` alone: what else may be a type counts as a value.
 * @param {string} text
 * @returns {{ specifier: string | null, line: number, isType: boolean }[]}
 */
export function importsOf(text) {
  /** @param {number} index */
  const lineAt = (index) => text.slice(0, index).split("\n").length;
  const found = statements.flatMap((statement) =>
    [...text.matchAll(statement)].map((match) => ({
      specifier: /** @type {string | null} */ (match.groups?.specifier ?? null),
      line: lineAt(match.index + match[0].length),
      isType: match.groups?.type !== undefined,
    })),
  );
  for (const match of text.matchAll(computed)) {
    found.push({ specifier: null, line: lineAt(match.index), isType: false });
  }
  return found.sort((a, b) => a.line - b.line);
}

/**
 * The room of a path, or undefined; the innermost one if rooms are nested.
 * @param {string} path
 */
export function roomOf(path) {
  if (/^[\w-]+\.config\.(?:mjs|ts)$/.test(path)) return "configuration";
  return Object.keys(table)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * What breaks the table, one line each: `file:line imports X: why`.
 * @param {readonly Source[]} sources
 * @returns {string[]}
 */
export function violationsOf(sources) {
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === undefined) return [`${source.path}:1 lies in no room of devtools/rooms/table.mjs`];
    const imports = importsOf(source.text).flatMap(({ specifier, line, isType }) => {
      const reason = refusal(source.path, room, specifier, isType);
      return reason === undefined
        ? []
        : [`${source.path}:${line} imports ${specifier ?? "a computed path"}: ${reason}`];
    });
    return [...imports, ...worldlyLines(source, room)];
  });
}

/**
 * @param {string} path
 * @param {string} room
 * @param {string | null} specifier
 * @param {boolean} isType
 * @returns {string | undefined}
 */
function refusal(path, room, specifier, isType) {
  const row = table[room];
  if (row === undefined) return `room ${room} is not in the table`;
  if (specifier === null) {
    return room.startsWith("devtools") ? undefined : "the check cannot follow a path that is computed";
  }
  if (specifier.startsWith("@/") || specifier.startsWith(".")) {
    const target = specifier.startsWith("@/")
      ? posix.normalize(specifier.slice(2))
      : posix.join(posix.dirname(path), specifier);
    if (target.startsWith("../")) return "it lies outside the project";
    if (isShared(target) && !isTest(path) && !room.startsWith("devtools"))
      return "what lies in testing/ is for tests";
    const targetRoom = roomOf(target) ?? roomOf(`${target}.ts`);
    if (targetRoom === room) return undefined;
    if (targetRoom === undefined) return `it lies in no room of devtools/rooms/table.mjs`;
    if (!row.rooms.includes(targetRoom)) {
      if (!row.types?.includes(targetRoom)) return `room ${room} may not import room ${targetRoom}`;
      if (!isType) return `room ${room} may import types of room ${targetRoom} only: write \`import type\``;
    }
    // Plain Node knows no alias, and neither does devtools; a file at the root is in no folder to climb out of.
    if (specifier.startsWith(".") && path.includes("/") && !room.startsWith("devtools"))
      return `write another room as @/${target}`;
    return undefined;
  }
  const name = builtinModules.includes(specifier) ? `node:${specifier}` : specifier;
  const allowed = [
    ...row.packages,
    ...(isTest(path) ? testPackages : []),
    ...(path.endsWith(".int.test.ts") ? engineTestPackages : []),
  ];
  if (allowed.some((pattern) => matches(name, pattern))) return undefined;
  return `room ${room} may not import package ${name}`;
}

/**
 * Where a pure room reaches for the network, the disk, the clock or the process without an import.
 * @param {Source} source
 * @param {string} room
 */
function worldlyLines(source, room) {
  if (table[room]?.touches !== "pure" || isTest(source.path)) return [];
  return source.text.split("\n").flatMap((text, index) => {
    const reached = /^\s*(?:\*|\/[/*])/.test(text) ? null : worldly.exec(text);
    if (reached === null) return [];
    return [
      `${source.path}:${index + 1} uses ${reached[1]}: room ${room} is pure, let its caller hand the value in`,
    ];
  });
}

/**
 * A test, or what several tests share.
 * @param {string} path
 */
function isTest(path) {
  return /\.test\.tsx?$/.test(path) || isShared(path);
}

/**
 * What several tests share: a room's folder `testing`.
 * @param {string} path
 */
function isShared(path) {
  return path.includes("/testing/");
}

/**
 * @param {string} name
 * @param {string} pattern
 */
function matches(name, pattern) {
  if (pattern.endsWith("*")) return name.startsWith(pattern.slice(0, -1));
  return name === pattern || name.startsWith(`${pattern}/`);
}
