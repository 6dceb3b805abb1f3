/**
 * How well retrieval answers public question sets, in memory: passages (SQuAD: documents.jsonl and
 * questions.jsonl) and tables (WikiTableQuestions: tables.jsonl and questions.jsonl).
 *
 *   npx esbuild devtools/bench/retrieval-quality.ts --bundle --platform=node --format=esm --outfile=dist/quality.mjs
 *   node dist/quality.mjs passages|tables <folder> [every nth question]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rankSentences } from "@/lib/retrieval/documents/rank-sentences";
import { readPassages } from "@/lib/retrieval/documents/read-passages";
import { readPeriods } from "@/lib/retrieval/periods";
import { contentStems, readQuestion } from "@/lib/retrieval/question";
import { type Candidate, chooseQueries } from "@/lib/retrieval/tables/choose-query";
import { sayQuery } from "@/lib/retrieval/tables/say-query";
import { valuePhrases, yesNoPhrases } from "@/lib/retrieval/tables/value-phrases";
import {
  createMemoryTable,
  evaluate,
  type MemoryTable,
  matchMemoryValues,
} from "@/lib/retrieval/testing/memory-table";
import { createPassageIndex } from "@/lib/retrieval/testing/passage-index";
import { normaliseValue } from "@/lib/text/values";

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

/** The answers of a query: the cells of the column it names, or its one number. */
function answersOf(candidate: Candidate, rows: MemoryTable["rows"]): string[] {
  const { output } = candidate.query;
  const result = evaluate(candidate.query, rows);
  const named = candidate.target?.column.name ?? candidate.view.subject.column.name;
  const at =
    output.kind === "rows"
      ? Math.max(
          0,
          result.columns.findIndex(({ name }) => name === named),
        )
      : 0;
  return result.rows.map((row) => plainAnswer(String(row[at] ?? "")));
}

function plainAnswer(text: string): string {
  const number = Number(text.replace(/,/g, ""));
  return text.trim() && Number.isFinite(number)
    ? String(Math.round(number * 100) / 100)
    : normaliseValue(text);
}

async function measureTables(folder: string, every: number): Promise<void> {
  const tables = new Map(
    readLines<{ id: string; columns: string[]; rows: string[][] }>(folder, "tables.jsonl").map((written) => [
      written.id,
      createMemoryTable("table", uniqueNames(written.columns), written.rows),
    ]),
  );
  const questions = readLines<{ question: string; table: string; answers: string[] }>(
    folder,
    "questions.jsonl",
  );
  let asked = 0;
  let right = 0;
  let planMs = 0;
  let slowestMs = 0;
  const sure: { confidence: number; isRight: boolean }[] = [];
  for (const [at, { question, table, answers }] of questions.entries()) {
    const memory = tables.get(table);
    if (at % every !== 0 || !memory) continue;
    asked++;
    const read = readQuestion(question);
    const phrases = valuePhrases(read);
    const matches = matchMemoryValues([memory], [...phrases.keys(), ...yesNoPhrases.keys()]);
    const planning = performance.now();
    const candidates = await chooseQueries(
      {
        question: read,
        tables: [memory.table],
        matches,
        phrases,
        periods: readPeriods(read, new Date()),
      },
      async () => undefined,
    );
    const tookMs = performance.now() - planning;
    planMs += tookMs;
    if (process.env.SHOW_SLOW && tookMs > 8) console.log(tookMs, memory.table.columns.length, question);
    slowestMs = Math.max(slowestMs, tookMs);
    const best = candidates[0];
    const given = best ? answersOf(best, memory.rows) : [];
    const wanted = answers.map(plainAnswer);
    const isRight =
      given.length === wanted.length && [...given].sort().join("|") === [...wanted].sort().join("|");
    if (isRight) right++;
    else if (process.env.SHOW_WRONG && best)
      console.log(
        `${question}\n  ${sayQuery(best.query)}\n  ${given.slice(0, 4).join("|")} for ${wanted.join("|")}`,
      );
    sure.push({ confidence: best?.coverage ?? 0, isRight });
  }
  sure.sort((left, other) => other.confidence - left.confidence);
  const third = sure.slice(0, Math.round(asked * 0.3));
  console.log(
    `questions ${asked}, planned in ${(planMs / asked).toFixed(2)} ms each, ${slowestMs.toFixed(0)} ms at most`,
  );
  console.log(
    `right: ${percent(right, asked)}; of the surest 30 %: ${percent(third.filter(({ isRight }) => isRight).length, third.length)}`,
  );
}

function uniqueNames(names: readonly string[]): string[] {
  return names.map((name, index) => (names.indexOf(name) === index && name ? name : `${name} ${index + 1}`));
}

const [what, folder, every = "1"] = process.argv.slice(2);
if (what === "passages" && folder) measurePassages(folder, Number(every));
else if (what === "tables" && folder) await measureTables(folder, Number(every));
else console.error("Say what to measure and where: passages <folder>, or tables <folder>");
