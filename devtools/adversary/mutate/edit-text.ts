import type { Random } from "../random";
import { type Edit, longLength, utf8 } from "./edit";

/** Changes of a text, for the formats that are one. What is not UTF-8 by then stays so by its bytes (latin1). */
function textEdit(name: string, apply: (text: string, random: Random) => string): Edit {
  return {
    name,
    apply: (bytes, random) =>
      new Uint8Array(Buffer.from(apply(Buffer.from(bytes).toString("latin1"), random), "latin1")),
  };
}

/** Exchanges one match of a pattern, chosen at random; the text itself where there is none. */
function changeOne(text: string, pattern: RegExp, random: Random, change: (match: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const { 0: match, index } = random.pick(matches);
  return text.slice(0, index) + change(match) + text.slice(index + match.length);
}

const somewhere = (text: string, random: Random, piece: string) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
};

const latin1 = (text: string) => Buffer.from(utf8(text)).toString("latin1");

const numbers = [
  "1e400",
  "-1e400",
  "1e-400",
  "NaN",
  "Infinity",
  "-0",
  "00",
  "0x10",
  "1.",
  ".5",
  "+7",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775809",
  "18446744073709551616",
  "123456789012345678901234567890",
  "1".repeat(400),
  "1".repeat(40_000),
  `1e${"9".repeat(300)}`,
  `0.${"3".repeat(5_000)}`,
];

const jsonValues = ["null", "true", '""', '"x"', "[]", "{}", "[[]]", "-1", "1e400", '"\\ud800"', '"\\u0000"'];
/** Names that an object has without having been given them. */
const trickyKeys = ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "", "a\\u0000b"];
// One space at most: with `\s*` a long run of spaces, which another edit makes, would take quadratic time.
const aKey = /"(?:[^"\\\n]|\\.){0,40}" ?:/g;
const aNumber = /(?<=[:[,] ?)-?\d+(?:\.\d+)?/g;
const aValue = /(?<=: ?)(?:"(?:[^"\\\n]|\\.){0,80}"|-?[\d.]+|true|false|null|\[\]|\{\})/g;

const depths = [10, 33, 100, 1_000, 10_000, 100_000];

export const jsonEdits: readonly Edit[] = [
  textEdit("change a number", (text, random) => changeOne(text, aNumber, random, () => random.pick(numbers))),
  textEdit("change a value's type", (text, random) =>
    changeOne(text, aValue, random, () => random.pick(jsonValues)),
  ),
  textEdit("nest a value", (text, random) => {
    const depth = random.pick(depths);
    const [open, close] = random.pick([
      ["[", "]"],
      ['{"a":', "}"],
      ['{"arrayValue":{"values":[', "]}}"],
      ['{"kvlistValue":{"values":[{"key":"k","value":', "}]}}"],
    ]);
    const times = Math.min(depth, Math.ceil(1e6 / (open?.length ?? 1)));
    const isClosed = random.chance(0.8);
    return changeOne(
      text,
      aValue,
      random,
      (value) => `${open?.repeat(times)}${value}${isClosed ? close?.repeat(times) : ""}`,
    );
  }),
  textEdit("repeat a member", (text, random) =>
    changeOne(
      text,
      /"(?:[^"\\\n]|\\.){0,40}" ?: ?(?:"[^"\n]{0,80}"|-?[\d.]+|true|false|null)/g,
      random,
      (member) =>
        Array(random.pick([2, 3, 500]))
          .fill(member)
          .join(","),
    ),
  ),
  textEdit("rename a key", (text, random) =>
    changeOne(text, aKey, random, () => `"${random.pick(trickyKeys)}":`),
  ),
  textEdit("many keys", (text, random) =>
    changeOne(text, /\{/g, random, () => {
      const keys = Array.from({ length: random.pick([50, 1_001, 5_000]) }, (_, at) => `"made ${at}":${at}`);
      return `{${keys.join(",")},`;
    }),
  ),
  textEdit("a long key", (text, random) =>
    changeOne(text, aKey, random, () => `"${"k".repeat(longLength(random))}":`),
  ),
  textEdit("a long value", (text, random) =>
    changeOne(
      text,
      aValue,
      random,
      () => `"${random.pick(["v", "\\n", "\\u00e9", "\\\\"]).repeat(longLength(random))}"`,
    ),
  ),
  textEdit("remove a bracket", (text, random) => changeOne(text, /[[\]{}]/g, random, () => "")),
  textEdit("swap a bracket", (text, random) =>
    changeOne(text, /[[\]{}]/g, random, () => random.pick(["[", "]", "{", "}"])),
  ),
  textEdit("remove a quote", (text, random) => changeOne(text, /"/g, random, () => "")),
  textEdit("break an escape", (text, random) =>
    changeOne(text, /"/g, random, () => random.pick(['"\\', '"\\u12', '"\\x41', '\\"', '"\\ud83d'])),
  ),
  textEdit("remove a comma or colon", (text, random) => changeOne(text, /[,:]/g, random, () => "")),
  textEdit("double a comma", (text, random) => changeOne(text, /,/g, random, () => ",,")),
  textEdit("break lines", (text, random) =>
    text.replaceAll(",", random.pick([",\n", ",\r\n", ",\r", ",\u2028"])),
  ),
];

export const csvEdits: readonly Edit[] = [
  textEdit("insert a quote", (text, random) => somewhere(text, random, random.pick(['"', '""', '"""', "'"]))),
  textEdit("remove a quote", (text, random) => changeOne(text, /"/g, random, () => "")),
  textEdit("insert delimiters", (text, random) =>
    somewhere(text, random, random.pick([",", ";", "\t", "|", ",".repeat(1_001), ";".repeat(40_000)])),
  ),
  textEdit("remove a delimiter", (text, random) => changeOne(text, /[,;]/g, random, () => "")),
  textEdit("change line ends", (text, random) =>
    text.replaceAll(/\r?\n/g, random.pick(["\r", "\n\n", "\n\r", "\r\r\n", latin1("\u2028")])),
  ),
  textEdit("repeat the header", (text) => text.replace(/^[^\n]*\n/, (header) => header + header)),
  textEdit("same names", (text, random) =>
    text.replace(/^[^\n]*/, (header) => header.replaceAll(/_\d|\d/g, random.pick(["", "1"]))),
  ),
  textEdit("many columns", (text, random) => {
    const more = Array.from({ length: random.pick([200, 1_001, 20_000]) }, (_, at) => `m${at}`).join(",");
    return text.replaceAll(/\r?\n|$/g, (end) => `,${more}${end}`).slice(0, 2_000_000);
  }),
  textEdit("a long name", (text, random) => text.replace(/^[^,;\n]*/, "n".repeat(longLength(random)))),
  textEdit("change a number", (text, random) =>
    changeOne(text, /(?<=[,;\n])-?\d+(?:\.\d+)?/g, random, () => random.pick(numbers)),
  ),
  textEdit("a formula", (text, random) =>
    changeOne(text, /(?<=[,;\n])[^,;\n"]+/g, random, () =>
      random.pick(["=1+1", "@x", "\\N", "NULL", "-", "1/0", "#N/A"]),
    ),
  ),
  textEdit("only a header", (text) => text.replace(/\n[\s\S]*/, "")),
];

const blocks = [">", "- ", "1. ", "    ", "\t", "# ", "* ", "> - ", "+ ", "* * "];
const inlines = [
  "[",
  "![",
  "*",
  "_",
  "**a",
  "`",
  "``",
  "<",
  "<a",
  "](",
  "[a](",
  "&",
  "\\",
  "~~",
  "|",
  "<!--",
  "[^1]",
  "<b>",
];

export const markdownEdits: readonly Edit[] = [
  textEdit("nest blocks", (text, random) =>
    changeOne(text, /\n/g, random, () => `\n${random.pick(blocks).repeat(longLength(random) / 4)}x\n`),
  ),
  textEdit("nest blocks line by line", (text, random) => {
    const [mark, lines] = [random.pick(blocks), random.pick([30, 200, 900])];
    const deeper = Array.from({ length: lines }, (_, at) => `${mark.repeat(at)}x`).join("\n");
    return changeOne(text, /\n/g, random, () => `\n\n${deeper}\n\n`);
  }),
  textEdit("open inline marks", (text, random) =>
    changeOne(text, /\n/g, random, () => `\n${random.pick(inlines).repeat(longLength(random) / 4)}\n`),
  ),
  textEdit("open and close inline marks", (text, random) => {
    const [open, close] = random.pick([
      ["[", "]"],
      ["*a ", "b*"],
      ["**", "**"],
      ["<", ">"],
      ["[", "](u)"],
      ["`", "`"],
    ]);
    const times = longLength(random) / 8;
    return changeOne(text, /\n/g, random, () => `\n${open?.repeat(times)}x${close?.repeat(times)}\n`);
  }),
  textEdit("a wide table", (text, random) => {
    const width = random.pick([50, 1_000, 8_000]);
    const row = (cell: string) => `|${cell.repeat(width)}`;
    return changeOne(
      text,
      /\n/g,
      random,
      () => `\n\n${row("a|")}\n${row("-|")}\n${row("b|")}\n${row("c|")}\n\n`,
    );
  }),
  textEdit("a long table", (text, random) =>
    changeOne(
      text,
      /\n/g,
      random,
      () => `\n\n|a|b|\n|-|-|\n${"|c|d|\n".repeat(random.pick([100, 9_000]))}\n`,
    ),
  ),
  textEdit("many definitions", (text, random) => {
    const lines = Array.from({ length: random.pick([100, 9_000]) }, (_, at) => `[d${at}]: <u> "t`);
    return changeOne(text, /\n/g, random, () => `\n\n${lines.join("\n")}\n`);
  }),
  textEdit("open a fence", (text, random) =>
    somewhere(text, random, random.pick(["\n```\n", "\n~~~~x\n", "\n---\n", "\n...\n"])),
  ),
  textEdit("many headings", (text, random) =>
    somewhere(
      text,
      random,
      `\n${random.pick(["# a\n", "###### b\n", "x\n===\n"]).repeat(random.pick([100, 9_000]))}`,
    ),
  ),
  textEdit("many paragraphs", (text, random) =>
    somewhere(text, random, "a\n\n".repeat(random.pick([100, 9_000]))),
  ),
  textEdit("one line", (text) => text.replaceAll("\n", " ")),
];

export const plainTextEdits: readonly Edit[] = [
  textEdit("one line", (text) => text.replaceAll("\n", " ")),
  textEdit("many paragraphs", (text, random) =>
    somewhere(text, random, "a\n\n".repeat(random.pick([100, 20_000]))),
  ),
  textEdit("a long sentence", (text, random) => text.replaceAll(".", "").repeat(random.between(1, 9))),
  textEdit("only ends", (text, random) =>
    somewhere(text, random, random.pick([". ", "! ", "… ", "a. "]).repeat(longLength(random) / 2)),
  ),
  textEdit("odd spaces", (text, random) =>
    text.replaceAll(" ", latin1(random.pick(["\u00a0", "\u200b", "\u3000", "\u202e", "\t", "\u0085", "\v"]))),
  ),
  textEdit("combining marks", (text, random) =>
    somewhere(text, random, latin1("e".concat("\u0301".repeat(longLength(random) / 4)))),
  ),
  textEdit("control characters", (text, random) =>
    somewhere(text, random, random.pick(["\x01", "\x1b[31m", "\x7f", "\x08", "\f"])),
  ),
  textEdit("columns", (text, random) => text.replaceAll(" ", random.pick(["   ", " \t ", "\n- "]))),
];
