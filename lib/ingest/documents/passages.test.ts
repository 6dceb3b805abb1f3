import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownPassages, splitMarkdown } from "./markdown-passages";
import { countWords, type PassageText, packPassages } from "./passage-builder";
import { textPassages } from "./text-passages";

const all = (passages: Iterable<PassageText>) => [...passages];

const sentence = (words: number, name = "word") =>
  `${Array.from({ length: words }, (_, n) => (n === 0 ? "The" : `${name}${n}`)).join(" ")}.`;

describe("markdownPassages", () => {
  it("cuts along headings and says where a passage stands", async () => {
    const markdown = [
      "---\ntitle: x\n---",
      "Before any heading.",
      "# Guide",
      "## Fees *and* `fines`",
      "A [late fee](http://x) of **3 euros**.\nIt is wrapped.",
      "### Deep",
      "Inner.",
      "## Hours",
      "Open.",
      "<script>alert(1)</script>",
    ].join("\n\n");
    expect(all(markdownPassages(markdown))).toEqual([
      { heading: "", text: "Before any heading." },
      { heading: "Guide › Fees and fines", text: "A late fee of 3 euros. It is wrapped." },
      { heading: "Guide › Fees and fines › Deep", text: "Inner." },
      { heading: "Guide › Hours", text: "Open." },
    ]);
  });

  it("keeps lists together, names the cells of tables, keeps code as text", async () => {
    const markdown = [
      "# A",
      "1. one\n2. two\n   - inner\n3. three",
      "| pass | price |\n|---|---|\n| Day | 6 |\n| Week | |",
      "```sh\nnpm start\n# not a heading\n```",
    ].join("\n\n");
    const [passage, ...rest] = all(markdownPassages(markdown));
    expect(rest).toEqual([]);
    expect(passage?.text).toBe(
      "1. one\n2. two\n  - inner\n3. three\n\npass: Day; price: 6\npass: Week\n\nnpm start\n# not a heading",
    );
  });

  it("is the same for a long document, which is parsed in parts", async () => {
    const section = (n: number) =>
      `## Section ${n}\n\n${sentence(60, `s${n}w`)}\n\n\`\`\`\n# code ${n}\n\ntext\n\`\`\`\n`;
    const long = Array.from({ length: 200 }, (_, n) => section(n)).join("\n");
    expect(splitMarkdown(long).length).toBeGreaterThan(1);
    expect(splitMarkdown(long).join("")).toBe(long);
    const passages = all(markdownPassages(`# Top\n\n${long}`));
    expect(passages).toHaveLength(200);
    expect(passages[150]).toMatchObject({ heading: "Top › Section 150" });
    expect(passages[150]?.text).toContain("# code 150\n\ntext");
  });

  it.each([
    ["thousands of nested quotes", `${">".repeat(3_000)} deep`],
    ["one endless table", `| a | b |\n|---|---|\n${"| 1 | 2 |\n".repeat(20_000)}`],
    ["one endless list", "- item of a list\n".repeat(5_000)],
    ["one endless line", "word ".repeat(50_000)],
    ["one line of 30,000 quotes", readFileSync("lib/ingest/test-data/nested-quotes.md", "utf8")],
    ["rows of stars around a word", `${"*".repeat(8_000)}a${"*".repeat(8_000)}`],
    ["one line of items", "- ".repeat(15_000)],
    ["emphasis inside of emphasis", "*a ".repeat(4_000) + " b*".repeat(4_000)],
  ])("takes %s", async (_what, markdown) => {
    const passages = all(markdownPassages(`# A\n\n${markdown}`));
    expect(passages.length).toBeGreaterThan(0);
    const squeeze = (text: string) => text.replace(/\s+/g, "").length;
    const kept = passages.reduce((sum, { text }) => sum + squeeze(text), 0);
    expect(kept).toBeGreaterThan(squeeze(markdown) * 0.9);
  });

  it("repeats neither long headings nor long names of columns with every passage", () => {
    const heading = "word ".repeat(1_000);
    const prose = `${sentence(100)}\n\n`.repeat(50);
    const headed = all(markdownPassages(`# ${heading}\n\n${prose}`));
    expect(headed.every((passage) => passage.heading === "")).toBe(true);
    expect(headed[0]?.text).toContain("word word");
    const table = all(markdownPassages(`|${"a".repeat(5_000)}|b|\n|-|-|\n${"|1|2|\n".repeat(1_000)}`));
    expect(table.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(20_000);
  });

  it("loses no part of any text when it splits", () => {
    const line = fc.constantFrom(
      "# head",
      "text",
      "",
      "```",
      "~~~~",
      "    code",
      "- item",
      "x".repeat(9_000),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        expect(splitMarkdown(lines.join("\n")).join("")).toBe(lines.join("\n"));
      }),
    );
  });
});

describe("packPassages", () => {
  it("puts short paragraphs together and cuts long ones between sentences", () => {
    const long = Array.from({ length: 6 }, () => sentence(50)).join(" ");
    const passages = packPassages("H", [
      { text: "A short one.", keep: "sentences" },
      { text: sentence(60), keep: "sentences" },
      { text: long, keep: "sentences" },
    ]);
    expect(passages.map(({ text }) => countWords(text))).toEqual([63, 100, 100, 100]);
    for (const { text } of passages) expect(text).toMatch(/\.$/);
  });

  it("keeps every word in order, in passages of a bounded length", () => {
    const block = fc.record({
      text: fc.string({
        unit: fc.constantFrom("ab", " ", "\n", ". ", "🚲", "x".repeat(900)),
        maxLength: 200,
      }),
      keep: fc.constantFrom("sentences" as const, "lines" as const),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
        const passages = packPassages("", blocks);
        const squeeze = (text: string) => text.replace(/\s+/g, "");
        expect(squeeze(passages.map(({ text }) => text).join(""))).toBe(
          squeeze(blocks.map(({ text }) => text).join("")),
        );
        for (const { text } of passages) {
          expect(text.trim()).not.toBe("");
          expect(text.length).toBeLessThanOrEqual(4_100);
        }
      }),
    );
  });
});

describe("textPassages", () => {
  it("cuts at empty lines and keeps the lines of a list", async () => {
    const text = `Minutes\n\n${sentence(100)}\n\n${sentence(100)}\n\n- a\n- b\n`;
    const passages = all(textPassages(text));
    expect(passages.map(({ text }) => countWords(text))).toEqual([101, 104]);
    expect(passages[1]?.text).toContain("- a\n- b");
  });
});
