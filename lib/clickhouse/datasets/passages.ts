import type { ClickHouseClient } from "@clickhouse/client";
import { inParallel } from "@/lib/base/tasks";
import type { PassageHit, PassageSearch } from "@/lib/retrieval/ports";

/** Robertson's and Zaragoza's usual values. */
export const bm25 = { k1: 1.2, b: 0.75 } as const;

/** A question has 2,000 characters, so this cuts nothing that a person writes. */
const maxTerms = 200;

interface Corpus {
  readonly ids: readonly string[];
  readonly names: ReadonlyMap<string, string>;
  readonly passages: number;
  readonly meanLength: number;
}

/**
 * BM25 over the stems of all live passages, best first, ties by id. A term counts once however often the
 * question has it. idf is ln(1 + (N − n + ½) / (n + ½)), never negative.
 *
 * Three trips: the live versions; how many passages hold each term, beside the scores; the texts of the best.
 * The later ones name the versions that the first one found, so a replacement in between changes nothing.
 */
export async function searchPassages(
  client: ClickHouseClient,
  stems: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<PassageSearch> {
  const terms = [...new Set(stems)].slice(0, maxTerms);
  if (terms.length === 0) return { hits: [], idealScore: 0, unknownTerms: [] };
  const corpus = await readCorpus(client, signal);
  if (corpus.passages === 0) return { hits: [], idealScore: 0, unknownTerms: terms };

  const [frequencies, scored] = await inParallel<[ReadonlyMap<string, number>, ScoredPassage[]]>(signal, [
    (each) => countHolding(client, terms, corpus, each),
    (each) => scorePassages(client, terms, corpus, limit, each),
  ]);
  const idf = (term: string) => {
    const holding = frequencies.get(term) ?? 0;
    return Math.log(1 + (corpus.passages - holding + 0.5) / (holding + 0.5));
  };
  const ideal = terms.reduce((sum, term) => sum + idf(term) * (bm25.k1 + 1), 0);
  return {
    hits: await readHits(client, scored, corpus, signal),
    idealScore: Math.round(ideal * 1e6) / 1e6,
    unknownTerms: terms.filter((term) => !frequencies.has(term)),
  };
}

interface ScoredPassage {
  readonly dataset_id: string;
  readonly passage_id: number;
  readonly score: number;
}

async function scorePassages(
  client: ClickHouseClient,
  terms: readonly string[],
  { ids, passages, meanLength }: Corpus,
  limit: number,
  signal: AbortSignal,
): Promise<ScoredPassage[]> {
  const result = await client.query({
    query: `SELECT dataset_id, passage_id,
              round(sum(log(1 + ({passages:Float64} - holding + 0.5) / (holding + 0.5)) * tf * ({k1:Float64} + 1)
                / (tf + {k1:Float64} * (1 - {b:Float64} + {b:Float64} * length / {meanLength:Float64}))), 6) AS score
            FROM (SELECT dataset_id, passage_id, tf, length, count() OVER (PARTITION BY term) AS holding
                  FROM postings WHERE term IN {terms:Array(String)} AND dataset_id IN {ids:Array(String)})
            GROUP BY dataset_id, passage_id
            ORDER BY score DESC, dataset_id, passage_id
            LIMIT {limit:UInt32}`,
    query_params: { ...bm25, terms, ids, passages, meanLength, limit },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return await result.json<ScoredPassage>();
}

/** Positions of the passages found. */
async function readHits(
  client: ClickHouseClient,
  scored: readonly ScoredPassage[],
  corpus: Corpus,
  signal: AbortSignal,
): Promise<PassageHit[]> {
  if (scored.length === 0) return [];
  const result = await client.query({
    query: `SELECT dataset_id, passage_id, document, heading, text FROM passages
            WHERE dataset_id IN {ids:Array(String)} AND passage_id IN {passages:Array(UInt32)}`,
    query_params: {
      ids: [...new Set(scored.map(({ dataset_id }) => dataset_id))],
      passages: [...new Set(scored.map(({ passage_id }) => passage_id))],
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const idOf = (row: { dataset_id: string; passage_id: number }) => `${row.dataset_id}.${row.passage_id}`;
  const rows = new Map((await result.json<PassageRow>()).map((row) => [idOf(row), row]));
  return scored.flatMap((found) => {
    const row = rows.get(idOf(found));
    if (!row) return [];
    const { document, heading, text } = row;
    const dataset = corpus.names.get(found.dataset_id) ?? "";
    return [{ passageId: idOf(found), dataset, document, heading, text, score: found.score }];
  });
}

interface PassageRow {
  dataset_id: string;
  passage_id: number;
  document: string;
  heading: string;
  text: string;
}

async function readCorpus(client: ClickHouseClient, signal: AbortSignal): Promise<Corpus> {
  const result = await client.query({
    query: "SELECT id, name, passages, terms FROM datasets FINAL WHERE deleted = 0 AND passages > 0",
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<{ id: string; name: string; passages: string; terms: string }>();
  const passages = rows.reduce((sum, row) => sum + Number(row.passages), 0);
  const terms = rows.reduce((sum, row) => sum + Number(row.terms), 0);
  return {
    ids: rows.map(({ id }) => id),
    names: new Map(rows.map(({ id, name }) => [id, name])),
    passages,
    // Passages of symbols alone have no stems; a length of 0 would divide by nothing.
    meanLength: Math.max(terms / Math.max(passages, 1), 1e-6),
  };
}

/** How many passages hold each term; terms that none holds are not in the map. */
async function countHolding(
  client: ClickHouseClient,
  terms: readonly string[],
  { ids }: Corpus,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const result = await client.query({
    query: `SELECT term, count() AS passages FROM postings
            WHERE term IN {terms:Array(String)} AND dataset_id IN {ids:Array(String)} GROUP BY term`,
    query_params: { terms, ids },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<{ term: string; passages: string }>();
  return new Map(rows.map(({ term, passages }) => [term, Number(passages)]));
}
