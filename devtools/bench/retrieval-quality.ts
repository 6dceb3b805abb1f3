/**
 * How well retrieval answers public question sets, in memory: passages (SQuAD: documents.jsonl and
 * questions.jsonl) and tables (WikiTableQuestions: tables.jsonl and questions.jsonl).
 *
 *   npx esbuild devtools/bench/retrieval-quality.ts --bundle --platform=node --format=esm --outfile=dist/quality.mjs
 *   node dist/quality.mjs passages <folder> [every nth question]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rankSentences } from "@/lib/retrieval/documents/rank-sentences";
import { readPassages } from "@/lib/retrieval/documents/read-passages";
import { contentStems, readQuestion } from "@/lib/retrieval/question";
import { createPassageIndex } from "@/lib/retrieval/testing/passage-index";

function readLines<T>(folder: string, name: string): T[] {
  return readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

function measurePassages(folder: string, every: number): void {
  const documents = readLines<{ id: string; title: string; text: string }>(folder, "documents.jsonl");
  const questions = readLines<{ pid: string; question: string; answers: string[] }>(
    folder,
    "questions.jsonl",
  );
  const index = createPassageIndex(
    documents.map(({ id, title, text }) => ({
      passageId: id,
      dataset: "d",
      document: title,
      heading: "",
      text,
    })),
  );
  let asked = 0;
  let passageFirst = 0;
  let sentenceFirst = 0;
  let sentenceThird = 0;
  let refused = 0;
  const supports: number[] = [];
  const started = performance.now();
  for (const [at, { pid, question, answers }] of questions.entries()) {
    if (at % every !== 0) continue;
    asked++;
    const read = readQuestion(question);
    const search = index.search(contentStems(read), 10);
    if (search.hits[0]?.passageId === pid) passageFirst++;
    supports.push((search.hits[0]?.score ?? 0) / (search.idealScore || 1));
    if (!readPassages(read, search).supported) refused++;
    const ranked = rankSentences(read, search).slice(0, 3);
    const holds = ranked.map(
      ({ hit, text }) => hit.passageId === pid && answers.some((answer) => text.includes(answer)),
    );
    if (holds[0]) sentenceFirst++;
    if (holds.includes(true)) sentenceThird++;
  }
  supports.sort((left, right) => left - right);
  console.log(`questions ${asked}, ${((performance.now() - started) / asked).toFixed(2)} ms each`);
  console.log(`right passage first: ${percent(passageFirst, asked)}`);
  console.log(
    `right sentence first: ${percent(sentenceFirst, asked)}, among three: ${percent(sentenceThird, asked)}`,
  );
  console.log(`support below which 5 % lie: ${supports[Math.floor(asked * 0.05)]?.toFixed(3)}`);
  console.log(`refused: ${percent(refused, asked)}`);
}

const [what, folder, every = "1"] = process.argv.slice(2);
if (what === "passages" && folder) measurePassages(folder, Number(every));
else console.error("Say what to measure and where: passages <folder>");
