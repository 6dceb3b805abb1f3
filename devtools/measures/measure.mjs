// @ts-check
import { complexityOf } from "./complexity.mjs";
import { fallbacksOf } from "./fallbacks.mjs";
import { idiomLines, readPatterns } from "./idiom.mjs";
import { circlesOf, importGraph, smallWithOneImporter } from "./imports.mjs";
import { parseSource } from "./syntax.mjs";
import { twinsOf } from "./twins.mjs";

const maxComplexity = 15;
const maxComponentLines = 100;
const smallLines = 40;

/** How many there may be. They only fall: whoever brings one down, lowers its limit. */
export const limits = {
  fallbacks: 1,
  circles: 0,
  complex: 36,
  "long-components": 0,
  twins: 0,
  idiom: 18,
  "small-files": 47,
};

/** @param {string} path */
export function isTest(path) {
  return /\.(?:test|spec)\.tsx?$|^e2e\/|\/(?:testing|kept|test-data)\/|\bset-up\.ts$/.test(path);
}

/**
 * The places that count, by measure.
 * @param {readonly import("../rooms/imports.mjs").Source[]} all
 * @param {string} stylePage docs/style.md
 * @returns {Record<keyof typeof limits, string[]>}
 */
export function measure(all, stylePage) {
  const parsed = all.map(parseSource);
  const sources = parsed.filter(({ path }) => !isTest(path));
  const product = sources.filter(({ path }) => /^(?:lib|components|app)\//.test(path));
  const functions = complexityOf(sources);
  return {
    fallbacks: fallbacksOf(product),
    circles: circlesOf(importGraph(all)).map((paths) => paths.join(" ↔ ")),
    complex: functions
      .filter(({ complexity }) => complexity > maxComplexity)
      .sort((a, b) => b.complexity - a.complexity)
      .map(({ place, name, complexity }) => `${place} ${name}: ${complexity}`),
    "long-components": functions
      .filter(({ place, lines }) => place.startsWith("components/") && lines > maxComponentLines)
      .map(({ place, name, lines }) => `${place} ${name}: ${lines} lines`),
    // Without app/, whose exports have the names that Next prescribes: GET, metadata.
    twins: twinsOf(product.filter(({ path }) => !path.startsWith("app/"))).map(
      ({ name, places }) => `${name}: ${places.join(", ")}`,
    ),
    idiom: idiomLines(parsed, readPatterns(stylePage)),
    "small-files": smallWithOneImporter(product, smallLines).map(
      ({ path, importer }) => `${path} of ${importer}`,
    ),
  };
}
