import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../schema/migrate";
import { createStore } from "../store";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { createDatasetWriter } from "./dataset-writer";
import { deleteDataset } from "./datasets";
import { bm25, searchPassages } from "./passages";

let database: TestDatabase;
beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 72 });
});
afterAll(() => database.drop());

const signal = new AbortController().signal;

/** Each passage is its stems; datasets are called d0, d1, … */
type Corpus = readonly (readonly (readonly string[])[])[];

async function store(corpus: Corpus): Promise<void> {
  for (const [index, passages] of corpus.entries()) {
    const draft = createDatasetWriter(database.data).draft();
    const rows = passages.map((stems, at) => {
      const frequencies = new Map<string, number>();
      for (const stem of stems) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
      const text = stems.join(" ");
      return {
        id: at + 1,
        document: "d.md",
        heading: "",
        position: at + 1,
        text,
        length: stems.length,
        frequencies,
      };
    });
    await draft.addPassages(rows, signal);
    await draft.commit({ name: `d${index}`, kind: "documents", files: ["d.md"], bytes: 1 }, signal);
  }
}

/** BM25 as the books have it. */
function scores(
  corpus: Corpus,
  question: readonly string[],
): { dataset: string; text: string; score: number }[] {
  const all = corpus.flatMap((passages, index) => passages.map((stems) => ({ dataset: `d${index}`, stems })));
  const mean = all.reduce((sum, { stems }) => sum + stems.length, 0) / all.length;
  return all
    .map(({ dataset, stems }) => {
      let score = 0;
      for (const term of new Set(question)) {
        const tf = stems.filter((stem) => stem === term).length;
        score +=
          (idf(corpus, term) * tf * (bm25.k1 + 1)) /
          (tf + bm25.k1 * (1 - bm25.b + (bm25.b * stems.length) / mean));
      }
      return { dataset, text: stems.join(" "), score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

function idf(corpus: Corpus, term: string): number {
  const all = corpus.flat();
  const holding = all.filter((stems) => stems.includes(term)).length;
  return Math.log(1 + (all.length - holding + 0.5) / (holding + 0.5));
}

describe("searchPassages", () => {
  it("finds nothing where there is nothing", async () => {
    const found = await searchPassages(database.data, ["a"], 5, signal);
    expect(found).toEqual({ hits: [], idealScore: 0, unknownTerms: ["a"] });
    expect(await searchPassages(database.data, [], 5, signal)).toEqual({
      hits: [],
      idealScore: 0,
      unknownTerms: [],
    });
  });

  it("equals BM25 computed by hand, over all live datasets", async () => {
    const stem = fc.constantFrom<string>(
      "bike",
      "station",
      "fee",
      "réparer",
      "1250",
      "it's",
      "\\'",
      "{x:String}",
    );
    const passage = fc.array(stem, { minLength: 1, maxLength: 12 });
    const corpora = fc.array(fc.array(passage, { minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 2,
    });
    const question = fc.array(fc.oneof(stem, fc.constant("unheard")), { minLength: 1, maxLength: 6 });
    const questions = fc.array(question, { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(corpora, questions, async (corpus, asked) => {
        // The second dataset of a former run must not be found any more.
        await deleteDataset(database.data, "d1");
        await store(corpus);
        for (const each of asked) await compare(corpus, each);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  async function compare(corpus: Corpus, question: readonly string[]): Promise<void> {
    const expected = scores(corpus, question);
    const found = await searchPassages(database.data, question, 100, signal);
    const byText = (a: { dataset: string; text: string }, b: { dataset: string; text: string }) =>
      a.dataset.localeCompare(b.dataset) || a.text.localeCompare(b.text);
    const [given, wanted] = [found.hits.toSorted(byText), expected.toSorted(byText)];
    wanted.forEach(({ dataset, text, score }, at) => {
      expect(given[at]).toMatchObject({ dataset, text, score: expect.closeTo(score, 5) });
    });
    found.hits.forEach((hit, at) => {
      expect(hit.score).toBeLessThanOrEqual(found.hits[at - 1]?.score ?? Number.POSITIVE_INFINITY);
      expect(hit.score).toBeLessThanOrEqual(found.idealScore);
    });
    const known = new Set(corpus.flat(2));
    expect(found.unknownTerms).toEqual([...new Set(question)].filter((term) => !known.has(term)));
    const ideal = [...new Set(question)].reduce((sum, term) => sum + idf(corpus, term) * (bm25.k1 + 1), 0);
    expect(found.idealScore).toBeCloseTo(ideal, 5);
  }

  it("breaks ties by id and cuts at the limit", async () => {
    await store([[["same"], ["same"], ["other"]], [["same"]]]);
    const all = await searchPassages(database.data, ["same"], 10, signal);
    expect(all.hits.map(({ passageId }) => passageId)).toEqual(
      all.hits.map(({ passageId }) => passageId).toSorted(),
    );
    expect(all.hits).toHaveLength(3);
    const two = await searchPassages(database.data, ["same"], 2, signal);
    expect(two.hits).toEqual(all.hits.slice(0, 2));
  });

  it("rejects with the cause when it is cancelled", async () => {
    const cause = new Error("no longer wanted");
    const search = createStore(database).searchPassages(["same"], 2, AbortSignal.abort(cause));
    await expect(search).rejects.toBe(cause);
  });
});
