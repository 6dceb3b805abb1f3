/**
 * What retrieval needs of the world, as plain interfaces: the server wires real things in, tests wire
 * in-memory ones. Everything takes the question's AbortSignal and stops when it fires.
 */

/** How a column can be used in a query; ClickHouse's own type is kept beside it. */
export type ColumnType = "text" | "integer" | "number" | "boolean" | "date" | "datetime" | "other";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** ClickHouse's type, for parameters and casts: `Nullable(Float64)`. */
  readonly databaseType: string;
  /** Different values among the rows, where it was counted. */
  readonly distinct?: number;
}

/** A table that a person has loaded. */
export interface Table {
  /** What the person calls it. */
  readonly name: string;
  /** What the database calls it; an identifier that is safe to quote. */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** A cell value of some table that equals, up to case and spacing, a stretch of the question. */
export interface ValueMatch {
  readonly table: string;
  readonly column: string;
  /** As it is written in the table. */
  readonly value: string;
  /** The normalised phrase (`normaliseValue` of lib/text) that it was found by. */
  readonly phrase: string;
  readonly rows: number;
}

/** SQL with `{name:Type}` parameters, as ClickHouse binds them. */
export interface BoundQuery {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export type Cell = string | number | boolean | null;

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows that the query gave before `rows` was cut to the limit. */
  readonly rowCount: number;
}

/** A passage as the search found it. */
export interface PassageHit {
  readonly passageId: string;
  /** The dataset and the file the passage is from. */
  readonly dataset: string;
  readonly document: string;
  /** The headings above it, outermost first, joined by " › "; "" where there are none. */
  readonly heading: string;
  readonly text: string;
  /** BM25, rounded to 6 decimals so that ties break by id and not by noise. */
  readonly score: number;
}

export interface PassageSearch {
  readonly hits: readonly PassageHit[];
  /**
   * What a passage that held every term of the question often would score: the confidence is a hit's
   * score over this.
   */
  readonly idealScore: number;
  /** Terms of the question that no passage holds. */
  readonly unknownTerms: readonly string[];
}

/** The person's tables and passages. */
export interface Store {
  tables(signal: AbortSignal): Promise<readonly Table[]>;
  /** Values of any table that equal one of the normalised phrases; at most `limit`, most frequent first. */
  matchValues(phrases: readonly string[], limit: number, signal: AbortSignal): Promise<readonly ValueMatch[]>;
  /** Runs a query read-only with limits on time, memory and rows. At most `maxRows` rows come back. */
  query(query: BoundQuery, maxRows: number, signal: AbortSignal): Promise<QueryResult>;
  /** BM25 over stems (title and headings counted in), best first; at most `limit` hits. */
  searchPassages(stems: readonly string[], limit: number, signal: AbortSignal): Promise<PassageSearch>;
}

/** One open span of the run. */
export interface SpanHandle {
  set(name: string, value: string | number | boolean): void;
  event(name: string, attributes?: Readonly<Record<string, string | number | boolean>>): void;
}

/**
 * Runs `work` inside a span of the run. The span ends when `work` settles; a rejection ends it with an error
 * status and the cause, and is passed on.
 */
export type StartSpan = <T>(name: string, work: (span: SpanHandle) => Promise<T>) => Promise<T>;

export interface Ports {
  readonly store: Store;
  readonly span: StartSpan;
  /** Milliseconds that only grow, for durations. */
  readonly now: () => number;
  /** Today, for "last Monday". */
  readonly today: () => Date;
}
