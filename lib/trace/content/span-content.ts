import { attributeNames } from "../names";
import type { Attribute, Span } from "../span";
import { attributeNumber, cellText, parseList, parseRecord } from "./attribute-json";
import { type Message, readMessages } from "./message-content";
import { type PassageList, readPassageList } from "./passage-content";

/**
 * What a span of retrieval is about, read out of its attributes: the question, the plan, the SQL with its rows,
 * passages with scores, messages to and from a model, tokens. Read by our own names, by OpenTelemetry's
 * conventions for databases and generative AI, and by what OpenInference, OpenLLMetry and the Vercel AI SDK
 * write, so that runs of other applications are laid out too. What cannot be read that way is left to the
 * list of attributes.
 */
export interface SpanContent {
  readonly question?: string;
  readonly answer?: { readonly text: string; readonly status: string; readonly confidence?: number };
  readonly plan?: { readonly text: string; readonly others: readonly string[]; readonly coverage?: number };
  /** Why the run went to tables, documents or both. */
  readonly route?: { readonly mode: string; readonly reason: string };
  readonly statement?: Statement;
  readonly passages?: PassageList;
  readonly prompt?: readonly Message[];
  readonly completion?: readonly Message[];
  readonly tokens?: Tokens;
}

export interface Statement {
  readonly text: string;
  readonly params: readonly (readonly [name: string, value: string])[];
  /** Rows that came back. */
  readonly rowCount?: number;
  /** The first of them, where they were recorded. */
  readonly rows?: { readonly columns: readonly string[]; readonly cells: readonly (readonly string[])[] };
}

export interface Tokens {
  readonly input?: number;
  readonly output?: number;
  readonly cached?: number;
  readonly total?: number;
}

export function readContent(span: Pick<Span, "attributes" | "events">): SpanContent {
  const byKey = new Map<string, string>();
  for (const { key, value } of span.attributes) if (!byKey.has(key)) byKey.set(key, value);
  const first = (...keys: string[]) => keys.map((key) => byKey.get(key)).find((value) => value);
  const question = first(attributeNames.question);
  const answer = first(attributeNames.answer);
  const plan = first(attributeNames.plan);
  const mode = first(attributeNames.mode) ?? "";
  const reason = first(attributeNames.routeReason) ?? "";
  const statement = readStatement(span.attributes, byKey);
  const passages = readPassageList(byKey);
  const { prompt, completion } = readMessages(byKey, span.events);
  const tokens = readTokens(byKey);
  const confidence = attributeNumber(first(attributeNames.confidence));
  // The score of a plan is the share of the question that it accounts for.
  const coverage = statement ? attributeNumber(first(attributeNames.score)) : undefined;
  return {
    ...(question && { question }),
    ...(answer && {
      answer: {
        text: answer,
        status: first(attributeNames.answerStatus) ?? "",
        ...(confidence !== undefined && { confidence }),
      },
    }),
    ...(plan && {
      plan: {
        text: plan,
        others: parseList(first(attributeNames.otherPlans)).filter((entry) => typeof entry === "string"),
        ...(coverage !== undefined && { coverage }),
      },
    }),
    ...(reason && { route: { mode, reason } }),
    ...(statement && { statement }),
    ...(passages && { passages }),
    ...(prompt && { prompt }),
    ...(completion && { completion }),
    ...(tokens && { tokens }),
  };
}

function readStatement(
  attributes: readonly Attribute[],
  byKey: ReadonlyMap<string, string>,
): Statement | undefined {
  const text =
    byKey.get(attributeNames.sql) || byKey.get(attributeNames.dbQueryText) || byKey.get("db.statement");
  if (!text) return undefined;
  const prefix = `${attributeNames.dbQueryParameter}.`;
  const bound = attributes
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, value }) => [key.slice(prefix.length), value] as const);
  const noted = parseRecord(byKey.get(attributeNames.params));
  const params = noted
    ? Object.entries(noted).map(([name, value]) => [name, cellText(value)] as const)
    : bound;
  const rows = readRows(byKey.get(attributeNames.rows));
  const rowCount = attributeNumber(
    byKey.get(attributeNames.rowCount) ?? byKey.get(attributeNames.dbReturnedRows),
  );
  return {
    text,
    params,
    ...(rowCount !== undefined && { rowCount }),
    ...(rows && { rows }),
  };
}

function readRows(text: string | undefined): Statement["rows"] {
  const noted = parseRecord(text);
  if (!noted || !Array.isArray(noted.columns) || !Array.isArray(noted.rows)) return undefined;
  const cells = noted.rows.filter((row): row is unknown[] => Array.isArray(row));
  return { columns: noted.columns.map(cellText), cells: cells.map((row) => row.map(cellText)) };
}

function readTokens(byKey: ReadonlyMap<string, string>): Tokens | undefined {
  const first = (...keys: string[]) => {
    const value = keys.map((key) => byKey.get(key)).find((text) => text && /^\d{1,15}(?:\.0)?$/.test(text));
    return value === undefined ? undefined : Number(value);
  };
  const input = first(
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "ai.usage.promptTokens",
    "ai.usage.inputTokens",
  );
  const output = first(
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "ai.usage.completionTokens",
    "ai.usage.outputTokens",
  );
  const cached = first("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cached_tokens");
  const total =
    first("gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total") ??
    (input !== undefined && output !== undefined ? input + output : undefined);
  if (input === undefined && output === undefined && total === undefined) return undefined;
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(cached !== undefined && { cached }),
    ...(total !== undefined && { total }),
  };
}
