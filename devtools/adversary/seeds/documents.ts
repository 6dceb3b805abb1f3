import { Random, seedOf } from "../random";
import { type ExpectedPassage, endings, type Seed, seedsOfEach } from "./seed";
import { paragraphWords, someText, someWords } from "./words";

/** A block as it is written, and the one passage that it becomes. */
interface Block {
  readonly written: string;
  readonly text: string;
}

/** Wrapped at random, which prose may be anywhere. */
function wrap(random: Random, words: readonly string[]): string {
  return words.reduce((text, word) => `${text}${random.chance(0.1) ? "\n" : " "}${word}`);
}

function paragraph(random: Random): Block {
  const words = paragraphWords(random);
  const written = words.map((word) => {
    if (!random.chance(0.05)) return word;
    return random.pick([`**${word}**`, `*${word}*`, `\`${word}\``, `[${word}](https://example.org/a?b=c)`]);
  });
  return { written: wrap(random, written), text: words.join(" ") };
}

function list(random: Random): Block {
  const items = Array.from({ length: random.between(8, 12) }, () => someWords(random, 8).join(" "));
  const isOrdered = random.chance(0.5);
  const lines = items.map((item, at) => `${isOrdered ? `${at + 1}.` : "-"} ${item}`);
  return { written: lines.join("\n"), text: lines.join("\n") };
}

function table(random: Random): Block {
  const head = ["zone", "street", "remark"];
  const rows = Array.from({ length: random.between(12, 16) }, () => head.map(() => someText(random, 2)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const named = rows.map((row) => row.map((cell, at) => `${head[at]}: ${cell}`).join("; "));
  return { written: [line(head), "|---|---|---|", ...rows.map(line)].join("\n"), text: named.join("\n") };
}

function code(random: Random): Block {
  const lines = Array.from({ length: 12 }, () => someWords(random, 7).join(" "));
  return { written: `\`\`\`sh\n${lines.join("\n")}\n\`\`\``, text: lines.join("\n") };
}

function markdown(random: Random): { written: string; passages: ExpectedPassage[] } {
  const path: string[] = [];
  const written: string[] = random.chance(0.3) ? ["---\ntitle: made\n---"] : [];
  const passages: ExpectedPassage[] = [];
  for (let section = 0; section < random.between(1, 6); section++) {
    const depth = random.between(1, Math.min(path.length + 1, 4));
    const heading = someText(random, 3);
    path.splice(depth - 1, path.length, heading);
    written.push(`${"#".repeat(depth)} ${heading}`);
    for (let block = 0; block < random.between(1, 3); block++) {
      const made = random.pick([paragraph, paragraph, list, table, code])(random);
      // A list behind a list would be one with it.
      if (block > 0) {
        const between = paragraph(random);
        written.push(between.written);
        passages.push({ heading: path.join(" › "), text: between.text });
      }
      written.push(made.written);
      passages.push({ heading: path.join(" › "), text: made.text });
    }
  }
  return { written: `${written.join("\n\n")}\n`, passages };
}

function text(random: Random): { written: string; passages: ExpectedPassage[] } {
  const paragraphs = Array.from({ length: random.between(1, 12) }, () =>
    wrap(random, paragraphWords(random)),
  );
  const gap = random.pick(["\n\n", "\n \n", "\n\n\n"]);
  return { written: paragraphs.join(gap), passages: paragraphs.map((each) => ({ heading: "", text: each })) };
}

export function documentSeeds(format: "markdown" | "text", seed: number): Seed[] {
  return Array.from({ length: seedsOfEach }, (_, index): Seed => {
    const random = new Random(seedOf("seed", format, seed, index));
    const { written, passages } = format === "markdown" ? markdown(random) : text(random);
    return {
      format,
      name: `${format} seed ${index}.${endings[format]}`,
      bytes: new TextEncoder().encode(written),
      expected: { kind: "passages", passages },
    };
  });
}
