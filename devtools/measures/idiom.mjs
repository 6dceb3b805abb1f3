// @ts-check
/** Counts the comment lines that match the patterns of docs/style.md. */
import { lineAt } from "./syntax.mjs";

/**
 * The patterns of docs/style.md: those in its block of `regex`.
 * @param {string} page
 * @returns {RegExp[]}
 */
export function readPatterns(page) {
  const block = /^```regex\n([\s\S]*?)^```/m.exec(page)?.[1];
  const lines = block?.split("\n").filter((line) => line !== "") ?? [];
  if (lines.length === 0) throw new Error("docs/style.md has no block of patterns (```regex).");
  return lines.map((line) => new RegExp(line, "iu"));
}

/**
 * @param {readonly import("./syntax.mjs").ParsedSource[]} sources
 * @param {readonly RegExp[]} patterns
 * @returns {string[]} `path:line text`
 */
export function idiomLines(sources, patterns) {
  return sources.flatMap(({ path, text, comments }) =>
    comments.flatMap(({ value, start }) => {
      const first = lineAt(text, start);
      return value.split("\n").flatMap((line, at) => {
        const words = line.replace(/^[\s*]+/, "").trim();
        return patterns.some((pattern) => pattern.test(words)) ? [`${path}:${first + at} ${words}`] : [];
      });
    }),
  );
}
