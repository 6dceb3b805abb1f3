import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { splitMarkdown } from "./markdown-passages";
import { isReadableMarkdown } from "./markdown-shape";

const documentsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const written = [
  "README.md",
  "CHANGELOG.md",
  "devtools/README.md",
  ...["docs/decisions", "sample/documents"].flatMap(documentsIn),
];

describe("isReadableMarkdown", () => {
  it.each(written)("takes what people write: %s", (path) => {
    expect(splitMarkdown(readFileSync(path, "utf8")).filter((part) => !isReadableMarkdown(part))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["quotes on one line", ">".repeat(16), ">".repeat(17)],
    ["items on one line", `${"- ".repeat(16)}a`, `${"- ".repeat(17)}a`],
    ["numbers on one line", `${"1. ".repeat(16)}a`, `${"12) ".repeat(17)}a`],
    ["quotes and items on one line", `${"> 1) ".repeat(8)}a`, `${"> - ".repeat(9)}a`],
    ["deep quotes on many lines", `${"> ".repeat(16)}a\n`.repeat(50), `${"> ".repeat(16)}a\n`.repeat(51)],
    ["emphasis in a paragraph", "*a ".repeat(600), "*a ".repeat(601)],
    ["emphasis of lines that belong together", "_a\n".repeat(600), "_a b c d\n".repeat(601)],
    [
      "rows of stars around a word",
      `${"*".repeat(1_200)}a${"*".repeat(1_200)}`,
      `${"*".repeat(1_201)}a${"*".repeat(1_200)}`,
    ],
    ["brackets", "[a]".repeat(750), "[a]".repeat(751)],
    ["tags", "x <b> ".repeat(500), "x <b> ".repeat(501)],
    ["underlined headings", "A heading\n===\n\n".repeat(300), "A heading\n---\n\n".repeat(301)],
    ["lines of a letter", "# a\n".repeat(2_000), "# a\n".repeat(2_100)],
  ])("bounds %s", (_what, readable, unreadable) => {
    expect(isReadableMarkdown(readable)).toBe(true);
    expect(isReadableMarkdown(unreadable)).toBe(false);
  });

  it("counts within a paragraph, and what looks like a mark and is none not at all", () => {
    expect(isReadableMarkdown("*a* and some words more\n\n".repeat(2_000))).toBe(true);
    expect(isReadableMarkdown("*".repeat(10_000))).toBe(true);
    expect(isReadableMarkdown(`Name ${"_".repeat(60)}\n`.repeat(30))).toBe(true);
    expect(isReadableMarkdown(`${"-".repeat(100)}\n${"1.5 ".repeat(100)}`)).toBe(true);
  });
});
