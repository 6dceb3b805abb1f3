import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPeriods } from "../periods";
import { readQuestion } from "../question";
import { libraryTables } from "../testing/library";
import { createMemoryTable, evaluate, type MemoryTable, matchMemoryValues } from "../testing/memory-table";
import { chooseQueries } from "./choose-query";
import { isEmptyResult, sayAnswer } from "./say-answer";
import { sayQuery } from "./say-query";
import { valuePhrases, yesNoPhrases } from "./value-phrases";

const today = new Date(2025, 10, 12);

async function choose(text: string, tables: readonly MemoryTable[] = libraryTables) {
  const question = readQuestion(text);
  const phrases = valuePhrases(question);
  return chooseQueries(
    {
      question,
      tables: tables.map(({ table }) => table),
      matches: matchMemoryValues(tables, [...phrases.keys(), ...yesNoPhrases.keys()]),
      phrases,
      periods: readPeriods(question, today),
    },
    async () => undefined,
  );
}

async function answer(text: string): Promise<string> {
  const [best] = await choose(text);
  const memory = libraryTables.find(({ table }) => table === best?.query.table);
  if (!best || !memory) throw new Error("no reading");
  return sayAnswer(best, evaluate(best.query, memory.rows));
}

describe("chooseQueries", () => {
  it.each([
    ["How many branches are there?", "4 branches."],
    ["How many branches are in Aston?", "2 branches where town is Aston."],
    ["How many seats does Lakeside have?", "Lakeside has 22 seats."],
    ["When was Old Mint opened?", "15 January 2004: that is when Old Mint was opened."],
    ["What is the rent of High Street?", "2,100.50 EUR is the rent of High Street."],
    ["Does Mill Lane have a cafe?", "Yes: Mill Lane has cafe."],
    ["Which branches have no cafe?", "High Street and Old Mint: 2 branches where has cafe is no."],
    ["Which branch has the most seats?", "High Street and Old Mint have the most seats: 85."],
    ["Which is the oldest branch?", "Mill Lane was opened first: 1 March 1998."],
    ["Which branch has the cheapest rent?", "Lakeside has the lowest rent: 640 EUR."],
    [
      "branches with more than 30 seats",
      "Mill Lane, High Street and Old Mint: 3 branches where seats is above 30.",
    ],
    ["What is the average number of seats?", "58 is the average seats of branches."],
    ["How many loans were there in 2024?", "3 loans where lent at is from 2024-01-01 to 2024-12-31."],
    [
      "How many loans were made in the first quarter of 2025?",
      "2 loans where lent at is from 2025-01-01 to 2025-03-31.",
    ],
    [
      "How many loans went from Mill Lane to Lakeside?",
      "1 loan where from branch is Mill Lane and to branch is Lakeside.",
    ],
    ["Which librarian made the most loans?", "Ann Lee has the most loans: 3."],
    ["Which genre is the most popular?", "Crime has the most loans: 3."],
    ["total fees of crime loans", "4.50 EUR is the total fee of loans where genre is crime."],
    ["How many loans took longer than 20 days?", "3 loans where duration is above 20."],
    [
      "average duration per genre",
      "Average duration by genre: crime 18.67 days, history 10 days and poetry 24.5 days.",
    ],
    ["Which year had the most loans?", "2024 and 2025 have the most loans: 3 each."],
    ["How many different genres were lent?", "3 different genres among loans."],
    ["Which branch had the most departures?", "Mill Lane has the most loans: 3."],
    [
      "Which has more seats, Mill Lane or Lakeside?",
      "Mill Lane has the most seats: 40, among branches where name is Mill Lane or Lakeside.",
    ],
    ["top 2 branches by rent", "High Street (2,100.50 EUR) and Old Mint (1,200 EUR) have the highest rent."],
    ["How many loans were made last February?", "2 loans"],
    ["How many loans fell on weekends?", "4 loans where lent at is on a Saturday or Sunday."],
  ])("%s", async (question, expected) => {
    expect(await answer(question)).toContain(expected);
  });

  it("says a query in words", async () => {
    const [best] = await choose("Which librarian made the most crime loans in 2024?");
    expect(best && sayQuery(best.query)).toBe(
      "count of loans where genre is crime and lent at is from 2024-01-01 to 2024-12-31, for each librarian, largest first, the first 1",
    );
    expect(best?.coverage).toBeGreaterThan(0.85);
  });

  it("knows what it did not understand", async () => {
    const [best] = await choose("How many branches sell umbrellas?");
    expect(best?.unexplained.length).toBe(2);
    expect(best?.coverage).toBeLessThan(0.7);
  });

  it("takes words that are also names of JavaScript for words", async () => {
    const table = createMemoryTable(
      "constructor",
      ["toString", "__proto__", "valueOf_eur"],
      [["a", "b", "1"]],
    );
    for (const text of [
      "constructor hasOwnProperty toString",
      "which __proto__ has the most valueOf",
      "longest valueOf",
    ]) {
      await expect(choose(text, [table])).resolves.toBeInstanceOf(Array);
    }
  });

  it("points at words of the question only, in whatever order they come", async () => {
    const vocabulary =
      "how many which what is the most least top 3 average total number of different branch branches loans seats rent genre opened fee in Aston Mill Lane Lakeside crime no not without cafe per year month before after between from to and 2024 to 2025 March 2025 last month more than at least 20 days oldest cheapest who when was it its";
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...vocabulary.split(" ")), { minLength: 1, maxLength: 9 }),
        async (words) => {
          const question = readQuestion(words.join(" "));
          for (const candidate of await choose(words.join(" "))) {
            const told = [...candidate.understood, ...candidate.unexplained];
            expect(told.every((word) => question.words[word] !== undefined)).toBe(true);
            const memory = libraryTables.find(({ table }) => table === candidate.query.table);
            const result = memory && evaluate(candidate.query, memory.rows);
            if (result && !isEmptyResult(candidate, result)) {
              expect(sayAnswer(candidate, result)).not.toMatch(/undefined|NaN/);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("reads tables without columns or rows", async () => {
    expect(await choose("How many?", [createMemoryTable("empty", [], [])])).toEqual([]);
    expect(
      (await choose("How many empties?", [createMemoryTable("empties", ["n"], [])])).length,
    ).toBeGreaterThan(0);
  });
});
