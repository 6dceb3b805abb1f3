// @ts-check
/** What follows from who imports whom: circles between files, and files that only one other needs. */
import { posix } from "node:path";
import { importsOf } from "../rooms/imports.mjs";

/** @typedef {import("../rooms/imports.mjs").Source} Source */

/**
 * For each path those of our own files that it imports, types too.
 * @param {readonly Source[]} sources
 * @returns {ReadonlyMap<string, ReadonlySet<string>>}
 */
export function importGraph(sources) {
  const paths = new Set(sources.map(({ path }) => path));
  return new Map(
    sources.map(({ path, text }) => {
      const targets = importsOf(text).flatMap(({ specifier }) => {
        if (specifier === null || !/^(?:\.|@\/)/.test(specifier)) return [];
        const target = specifier.startsWith("@/")
          ? specifier.slice(2)
          : posix.join(posix.dirname(path), specifier);
        const found = [target, `${target}.ts`, `${target}.tsx`, `${target}.mjs`].find((each) =>
          paths.has(each),
        );
        return found === undefined || found === path ? [] : [found];
      });
      return [path, new Set(targets)];
    }),
  );
}

/**
 * Groups of files that reach one another (Tarjan's strongly connected components of more than one file).
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @returns {string[][]}
 */
export function circlesOf(graph) {
  /** @type {Map<string, { index: number, low: number, isOpen: boolean }>} */
  const marks = new Map();
  /** @type {string[]} */
  const open = [];
  /** @type {string[][]} */
  const circles = [];
  /** @param {string} path */
  const visit = (path) => {
    const mark = { index: marks.size, low: marks.size, isOpen: true };
    marks.set(path, mark);
    open.push(path);
    for (const target of graph.get(path) ?? []) {
      const known = marks.get(target);
      if (known?.isOpen) mark.low = Math.min(mark.low, known.index);
      else if (known === undefined) mark.low = Math.min(mark.low, visit(target).low);
    }
    if (mark.low === mark.index) {
      const circle = open.splice(open.indexOf(path));
      for (const each of circle) {
        const known = marks.get(each);
        if (known) known.isOpen = false;
      }
      if (circle.length > 1) circles.push(circle.sort());
    }
    return mark;
  };
  for (const path of graph.keys()) if (!marks.has(path)) visit(path);
  return circles;
}

/**
 * Files of fewer than `lines` lines that only one other source imports.
 * @param {readonly Source[]} sources without tests
 * @param {number} lines
 * @returns {{ path: string, importer: string }[]}
 */
export function smallWithOneImporter(sources, lines) {
  const graph = importGraph(sources);
  return sources.flatMap(({ path, text }) => {
    if (text.trimEnd().split("\n").length >= lines) return [];
    const [importer, ...others] = [...graph].filter(([, targets]) => targets.has(path)).map(([from]) => from);
    return importer === undefined || others.length > 0 ? [] : [{ path, importer }];
  });
}
