import { expect, test } from "vitest";
import { complexityOf } from "./complexity.mjs";
import { fallbacksOf } from "./fallbacks.mjs";
import { idiomLines, readPatterns } from "./idiom.mjs";
import { circlesOf, importGraph, smallWithOneImporter } from "./imports.mjs";
import { parseSource } from "./syntax.mjs";
import { twinsOf } from "./twins.mjs";

const parsed = (text: string, path = "lib/a.ts") => parseSource({ path, text });

test.each([
  "x = a[i] ?? 0",
  "x = a[i] || none; const none = 1",
  "x = (a[i] as number) ?? -1",
  "x = a?.[i] ?? ''",
  "x = a.at(-1) ?? []",
  "x = a[i]?.name ?? `none`",
  "import { none } from './b'; x = a[i] ?? none",
  "x = a[i] ?? empty()",
])("%s is a fallback", (text) => expect(fallbacksOf([parsed(text)])).toEqual(["lib/a.ts:1"]));

test.each([
  "x = map.get(i) ?? 0",
  "x = a[i] ?? other",
  "x = a[i] ?? undefined",
  "x = env['HOST'] ?? ''",
  "x = a.name ?? 0",
  "if (a[i] === undefined) throw 1",
])("%s is none", (text) => expect(fallbacksOf([parsed(text)])).toEqual([]));

test("a helper with a fallback counts at each call, also in other files", () => {
  const helper = parsed("export const read = (a, i) => a[i] ?? 0;\nread(b, 1);\nread(b, 2);");
  const user = parsed('import { read } from "./a";\nread(c, 3);', "lib/b.ts");
  expect(fallbacksOf([helper, user])).toEqual(["lib/a.ts:1", "lib/a.ts:2", "lib/a.ts:3", "lib/b.ts:2"]);
});

test("complexity counts branches, and a function in a function for itself", () => {
  const text =
    "function f(a) { if (a && b) return a ? 1 : 2; switch (a) { case 1: case 2: default: } return () => a ?? b; }";
  expect(complexityOf([parsed(text)]).map(({ name, complexity }) => [name, complexity])).toEqual([
    ["f", 6],
    ["a function in f", 2],
  ]);
});

test("circles are found over any number of files, and types count", () => {
  const graph = importGraph([
    { path: "lib/a.ts", text: 'import { b } from "./b";' },
    { path: "lib/b.ts", text: 'import type { c } from "@/lib/c";' },
    { path: "lib/c.tsx", text: 'import { a } from "@/lib/a";' },
    { path: "lib/d.ts", text: 'import { a } from "./a";' },
  ]);
  expect(circlesOf(graph)).toEqual([["lib/a.ts", "lib/b.ts", "lib/c.tsx"]]);
});

test("a small file with one importer is named", () => {
  const sources = [
    { path: "lib/a.ts", text: 'import { b } from "./b";\nimport { c } from "./c";' },
    { path: "lib/b.ts", text: 'import { c } from "./c";' },
    { path: "lib/c.ts", text: "" },
  ];
  expect(smallWithOneImporter(sources, 40)).toEqual([{ path: "lib/b.ts", importer: "lib/a.ts" }]);
});

test("twins are declared twice under one name, not passed on", () => {
  const sources = [
    parsed("export interface Cell {}\nexport const size = 1;"),
    parsed("export type Cell = string;\nconst size = 2;", "lib/b.ts"),
    parsed('export { size } from "./a";', "lib/c.ts"),
  ];
  expect(twinsOf(sources)).toEqual([{ name: "Cell", places: ["lib/a.ts:1", "lib/b.ts:1"] }]);
});

test("lines of comments are counted by the page's patterns, texts are not", () => {
  const patterns = readPatterns("# Style\n\n```regex\n\\btold\\b\n\\bso long\\b\n```\n");
  const text = "/**\n * It is told so long.\n * Plain.\n */\nconst a = 'told'; // Told.";
  expect(idiomLines([parsed(text)], patterns)).toEqual([
    "lib/a.ts:2 It is told so long.",
    "lib/a.ts:5 Told.",
  ]);
  expect(() => readPatterns("# Style")).toThrow("no block of patterns");
});

test("a file that cannot be read is named", () => {
  expect(() => parsed("const = 1")).toThrow(/^lib\/a\.ts: /);
});
