import type { ClickHouseClient } from "@clickhouse/client";

export interface PassageHit {
  readonly passageId: string;
  readonly dataset: string;
  readonly document: string;
  readonly heading: string;
  readonly text: string;
  readonly score: number;
}

export interface PassageSearch {
  readonly hits: readonly PassageHit[];
  /**
   * The sum over the question's terms, unknown ones too, of what a term gives at most: idf · (k1 + 1), which a
   * passage comes close to that holds the term often and is short.
   */
  readonly idealScore: number;
  readonly unknownTerms: readonly string[];
}

/** Robertson's and Zaragoza's usual values. */
export const bm25 = { k1: 1.2, b: 0.75 } as const;

/** A question has 2,000 characters, so this cuts nothing that a person writes. */
const maxTerms = 200;

interface Corpus {
  readonly names: ReadonlyMap<string, string>;
  readonly passages: number;
  readonly meanLength: number;
}

/**
 * BM25 over the stems of all live passages, best first, ties by id. A term counts once however often the
 * question has it. idf is ln(1 + (N − n + ½) / (n + ½)), never negative.
 *
 * Three statements: the live versions, how many passages hold each term, the scores. The later two name the
 * versions that the first one found, so a replacement in between changes nothing.
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
  const ids = [...corpus.names.keys()];

  const frequencies = await documentFrequencies(client, terms, ids, signal);
  const idf = (term: string) => {
    const holding = frequencies.get(term) ?? 0;
    return Math.log(1 + (corpus.passages - holding + 0.5) / (holding + 0.5));
  };
  const known = terms.filter((term) => frequencies.has(term));
  const idealScore = round(terms.reduce((sum, term) => sum + idf(term) * (bm25.k1 + 1), 0));
  const unknownTerms = terms.filter((term) => !frequencies.has(term));
  if (known.length === 0) return { hits: [], idealScore, unknownTerms };

  const result = await client.query({
    query: `WITH best AS (
              SELECT dataset_id, passage_id,
                round(sum(transform(term, {terms:Array(String)}, {idfs:Array(Float64)}, 0.) * tf * ({k1:Float64} + 1)
                  / (tf + {k1:Float64} * (1 - {b:Float64} + {b:Float64} * length / {meanLength:Float64}))), 6) AS score
              FROM postings
              WHERE term IN {terms:Array(String)} AND dataset_id IN {ids:Array(String)}
              GROUP BY dataset_id, passage_id
              ORDER BY score DESC, dataset_id, passage_id
              LIMIT {limit:UInt32})
            SELECT best.dataset_id AS dataset_id, best.passage_id AS passage_id, document, heading, text, score
            FROM passages INNER JOIN best ON passages.dataset_id = best.dataset_id AND passages.passage_id = best.passage_id
            WHERE (passages.dataset_id, passages.passage_id) IN (SELECT dataset_id, passage_id FROM best)
            ORDER BY score DESC, dataset_id, passage_id`,
    query_params: { ...bm25, terms: known, idfs: known.map(idf), ids, meanLength: corpus.meanLength, limit },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<HitRow>();
  const hits = rows.map((row) => ({
    passageId: `${row.dataset_id}.${row.passage_id}`,
    dataset: corpus.names.get(row.dataset_id) ?? "",
    document: row.document,
    heading: row.heading,
    text: row.text,
    score: row.score,
  }));
  return { hits, idealScore, unknownTerms };
}

interface HitRow {
  dataset_id: string;
  passage_id: number;
  document: string;
  heading: string;
  text: string;
  score: number;
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
    names: new Map(rows.map(({ id, name }) => [id, name])),
    passages,
    // Passages of symbols alone have no stems; a length of 0 would divide by nothing.
    meanLength: Math.max(terms / Math.max(passages, 1), 1e-6),
  };
}

async function documentFrequencies(
  client: ClickHouseClient,
  terms: readonly string[],
  ids: readonly string[],
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

function round(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}
