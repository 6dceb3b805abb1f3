export type Format = "markdown" | "text" | "csv" | "json";

export interface Shape {
  readonly format: Format;
  readonly name: string;
  /** Text of about this many bytes. */
  readonly make: (bytes: number) => string;
}

const repeat = (part: string) => (bytes: number) =>
  part.repeat(Math.ceil(bytes / part.length)).slice(0, bytes);
const behind = (head: string, part: string) => (bytes: number) => head + repeat(part)(bytes);
const around = (open: string, close: string) => (bytes: number) => {
  const times = Math.floor(bytes / (open.length + close.length));
  return open.repeat(times) + close.repeat(times);
};
/** Line after line, of what `line` makes of its number. */
const lines = (line: (number: number) => string) => (bytes: number) => {
  const made: string[] = [];
  for (let length = 0; length < bytes; ) {
    const next = line(made.length);
    made.push(next);
    length += next.length + 1;
  }
  return made.join("\n");
};

const markdown: Readonly<Record<string, Shape["make"]>> = {
  prose: lines((n) => (n % 6 === 5 ? "" : "The quick brown fox jumps over the lazy dog and runs on.")),
  "one line of quotes": repeat(">"),
  "quotes with spaces": repeat("> "),
  "lines of 20 quotes": repeat(`${"> ".repeat(20)}a\n`),
  "one line of list items": repeat("- "),
  "one line of numbered items": repeat("1. "),
  "quotes and items": repeat("> - 1. "),
  "nested lists": lines((n) => `${"  ".repeat(n % 90)}- item`),
  "a long list": repeat("- an item of it\n"),
  "a loose list": repeat("- an item of it\n\n"),
  "a numbered list": repeat("1. an item of it\n"),
  "open brackets": repeat("["),
  "closed brackets": repeat("]"),
  "pairs of brackets": repeat("[a]"),
  links: repeat("[a](b) "),
  "open links": repeat("[a]("),
  "open link addresses": repeat("[a](<b"),
  images: repeat("!["),
  references: repeat("[a][b] "),
  definitions: lines((n) => `[key ${n}]: address`),
  "open definitions": repeat("[a]: b 'c\n"),
  stars: repeat("*"),
  "open emphasis": repeat("*a "),
  "emphasis of two lengths": repeat("*a**b "),
  "emphasis of two kinds": repeat("*a_ "),
  "nested emphasis": around("*a ", " b*"),
  "rows of stars around a word": (bytes) => `${"*".repeat(bytes / 2)}a${"*".repeat(bytes / 2)}`,
  "many rows of stars": behind("a ", `${"*".repeat(60)}a `),
  "nested strong emphasis": around("**a ", " b**"),
  backticks: repeat("`"),
  "backticks of all lengths": lines((n) => `${"`".repeat((n % 300) + 1)} a`),
  "open code": repeat("`a "),
  "open tags": repeat("<a "),
  "tags with attributes": behind("x <a", " b=c"),
  "open attributes": behind("x ", "<a href='"),
  "open comments": behind("x ", "<!--a"),
  "blocks of open comments": repeat("<!-- \n"),
  "open instructions": behind("x ", "<?a"),
  "open CDATA": behind("x ", "<![CDATA["),
  addresses: repeat("<http://a> "),
  "open angles": repeat("<"),
  "a long table": behind("|a|b|\n|-|-|\n", "|1|2|\n"),
  "a wide table": (bytes) => ["|a", "|-", "|b"].map((cell) => `${cell.repeat(bytes / 6)}|\n`).join(""),
  "a table with a long header": behind(`|${"a".repeat(8_000)}|\n|-|\n`, "|1|\n"),
  pipes: repeat("|"),
  entities: repeat("&amp;"),
  escapes: repeat("\\*"),
  fences: repeat("```\n"),
  "open fence": behind("```\n", "a\n"),
  headings: repeat("# a\n"),
  "long headings": (bytes) => `# ${"a ".repeat(8_000)}\n\n${repeat("A sentence of prose. ")(bytes)}`,
  "underlined headings": repeat("a\n=\n"),
  rules: repeat("***\n"),
  "hard breaks": repeat("a  \n"),
  "front matter without an end": behind("---\n", "a: b\n"),
};

const text: Readonly<Record<string, Shape["make"]>> = {
  prose: markdown.prose ?? repeat("a "),
  "one long word": repeat("a"),
  "one long line": repeat("word "),
  "one long number": repeat("1"),
  "numbers with points": repeat("1."),
  "numbers with commas": repeat("1,111,"),
  "letters with points": repeat("a."),
  "spaces between words": lines(() => `a${" ".repeat(500)}b`),
  "spaces at the end": lines(() => `a${" ".repeat(5_000)}`),
  spaces: behind("a", " "),
  "lines of spaces": behind("a", "\n "),
  "empty lines": behind("a", "\n"),
  tabs: behind("a", "\t"),
  "short paragraphs": repeat("a\n\n"),
  "short sentences": repeat("A. "),
  "dots and quotes": repeat('."'),
  "combining marks": behind("a", "\u0301"),
  "flags and families": repeat("👨‍👩‍👧"),
  "Chinese without a full stop": repeat("的"),
};

const csv: Readonly<Record<string, Shape["make"]>> = {
  rows: behind("a,b\n", "1,x\n"),
  "one long row": behind("a,b\n", "x"),
  "one long header": repeat("a"),
  delimiters: behind("a,b\n", ","),
  "delimiters in the header": repeat("a,"),
  quotes: behind("a,b\n", '"'),
  "doubled quotes": (bytes) => `a\n"${'""'.repeat(bytes / 2)}"\n`,
  "doubled quotes in the header": (bytes) => `"${'""'.repeat(bytes / 2)}"\n1\n`,
  "quoted line breaks": (bytes) => `a\n"${"\n".repeat(bytes)}"\n`,
  spaces: behind("a,b\n", " "),
  "spaces in the header": behind("a", " "),
  "line ends": behind("a", "\r"),
};

const json: Readonly<Record<string, Shape["make"]>> = {
  rows: (bytes) => `[${'{"a":1},'.repeat(bytes / 8)}{"a":1}]`,
  brackets: repeat("["),
  "brackets in a row": behind('[{"a":', "["),
  braces: repeat('{"a":'),
  "one long text": (bytes) => `[{"a":"${"x".repeat(bytes)}"}]`,
  escapes: (bytes) => `[{"a":"${"\\\\".repeat(bytes / 2)}"}]`,
  "escaped keys": (bytes) => `[${'{"\\u0061":1},'.repeat(bytes / 13)}{"a":1}]`,
  "a long key": (bytes) => `[{"${"k".repeat(bytes)}":1}]`,
  "many keys": (bytes) => `[{${Array.from({ length: bytes / 10 }, (_, n) => `"k${n}":1`).join(",")}}]`,
  "long lists": (bytes) => `[{"a":[${"1,".repeat(bytes / 2)}1]}]`,
  spaces: (bytes) => `[${" ".repeat(bytes)}{"a":1}]`,
  commas: (bytes) => `[{"a":1}${",".repeat(bytes)}]`,
};

export const shapes: readonly Shape[] = Object.entries({ markdown, text, csv, json }).flatMap(
  ([format, made]) => Object.entries(made).map(([name, make]) => ({ format: format as Format, name, make })),
);
