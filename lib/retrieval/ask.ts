import type { Answer, AnswerMode, AskMode, Evidence } from "@/lib/api/ask";
import { first } from "@/lib/base/checked";
import { inParallel } from "@/lib/base/tasks";
import { stems } from "@/lib/text/stems";
import { attributeNames, spanNames } from "@/lib/trace/names";
import { type Reading, readPassages } from "./documents/read-passages";
import { joinPassages } from "./join";
import { notePassages, notePlan, noteTable } from "./note-evidence";
import { type Plan, planQuestion } from "./plan";
import type { PassageSearch, Ports, SpanHandle } from "./ports";
import { contentStems, readQuestion } from "./question";
import { chooseRoute, restOfQuestion } from "./route";
import { answerFromTables, partlyUnderstood, type TableFinding } from "./tables/answer-from-tables";

const hitsSearched = 20;
const aloneCoverage = 0.75;

/**
 * Answers a question from the tables, the documents or both. Rejects with the signal's reason when it fires, and
 * with the store's error when that fails; a question without support is a refusal, not an error.
 */
export async function ask(text: string, mode: AskMode, ports: Ports, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  if (mode === "unstructured") return askDocuments(text, ports, signal);
  if (mode === "structured") {
    const plan = await planTables(text, ports, signal);
    const finding = await queryTables(plan, ports, signal);
    return tell("structured", finding, ports);
  }
  return askBoth(text, mode, ports, signal);
}

function planTables(text: string, ports: Ports, signal: AbortSignal): Promise<Plan> {
  return ports.span(spanNames.plan, async (span) => {
    const plan = await planQuestion(text, ports, signal);
    notePlan(span, plan);
    return plan;
  });
}

async function askDocuments(text: string, ports: Ports, signal: AbortSignal): Promise<Answer> {
  const question = await ports.span(spanNames.plan, async () => readQuestion(text));
  const search = await searchDocuments(contentStems(question), ports, signal);
  const reading = await ports.span(spanNames.read, async (span) => {
    const read = readPassages(question, search);
    noteReading(span, read);
    return read;
  });
  return tell("unstructured", reading, ports);
}

/** Tables and documents side by side; then the route that fits, with a join where rows lead to passages. */
async function askBoth(
  text: string,
  mode: "auto" | "combined",
  ports: Ports,
  signal: AbortSignal,
): Promise<Answer> {
  // The documents' side needs no plan: it searches while the tables' side reads the question.
  const [{ plan, fromTables }, search] = await inParallel<
    [{ plan: Plan; fromTables: TableFinding }, PassageSearch]
  >(signal, [
    async (inner) => {
      const plan = await planTables(text, ports, inner);
      const useSplit = mode === "combined" || isSplitBetter(plan);
      return { plan, fromTables: await queryTables(plan, ports, inner, useSplit) };
    },
    (inner) => searchDocuments(contentStems(readQuestion(text)), ports, inner),
  ]);
  const whole = readPassages(plan.question, search);
  const route = chooseRoute(plan, mode, fromTables, whole);
  if (route.mode === "structured") return tell("structured", fromTables, ports, route.reason);
  if (route.mode === "unstructured") {
    const reading = await ports.span(spanNames.read, async (span) => {
      noteReading(span, whole);
      return whole;
    });
    return tell("unstructured", reading, ports, route.reason);
  }
  const rest = restOfQuestion(plan, fromTables);
  const joined = await ports.span(spanNames.join, async (span) => {
    const found = await joinPassages(rest, fromTables.subjects, ports, signal);
    span.set(attributeNames.passageCount, found.holding);
    noteSearch(span, stems(found.question.text), found.search);
    return found;
  });
  const reading = await ports.span(spanNames.read, async (span) => {
    const read = readPassages(joined.question, joined.search, joined.subjects);
    noteReading(span, read);
    return read;
  });
  if (mode === "auto" && !(reading.supported && (fromTables.supported || joined.holdsFirst))) {
    // The documents do not have the rest: the query answers alone if it covers nearly all of it, else the documents
    // answer the whole question.
    if (fromTables.coverage >= aloneCoverage) {
      return tell("structured", fromTables, ports, `${route.reason}; they do not hold them`);
    }
    if (whole.supported) return tell("unstructured", whole, ports, "no passage is about the rows found");
    return tell(
      "structured",
      partlyUnderstood(plan.question, plan.tables, fromTables),
      ports,
      "neither side holds it",
    );
  }
  const nested = fromTables.isNested && reading.supported && joined.holdsFirst;
  const parts = [fromTables, reading].filter((part) => part.supported || (nested && part === fromTables));
  const evidence: readonly Evidence[] = [...fromTables.evidence, ...reading.evidence];
  if (parts.length === 0) {
    return tell(
      "combined",
      { supported: false, text: `${fromTables.text} ${reading.text}`, confidence: 0, evidence },
      ports,
      route.reason,
    );
  }
  const confidence =
    parts.length === 2 ? Math.sqrt(fromTables.confidence * reading.confidence) : first(parts).confidence / 2;
  const said =
    parts.length === 2
      ? parts.map(({ text }) => text)
      : [
          first(parts).text,
          parts[0] === reading ? "The tables add nothing to this." : "The documents add nothing to this.",
        ];
  return tell(
    "combined",
    { supported: true, text: said.join(" "), confidence: Math.round(confidence * 1_000) / 1_000, evidence },
    ports,
    route.reason,
  );
}

function isSplitBetter({ split, candidates }: Plan): boolean {
  const [whole] = candidates;
  const [part] = split ? split.candidates : [];
  if (!part) return false;
  if (!whole) return part.coverage > 0;
  return whole.unexplained.length > 0 && part.coverage > whole.coverage;
}

function queryTables(plan: Plan, ports: Ports, signal: AbortSignal, useSplit = false): Promise<TableFinding> {
  return ports.span(spanNames.retrieveStructured, async (span) => {
    const part = useSplit && plan.split ? plan.split : undefined;
    const finding = await answerFromTables(
      part?.question ?? plan.question,
      part ? part.candidates : plan.candidates,
      plan.tables,
      ports,
      signal,
    );
    const evidence = finding.evidence[0];
    if (evidence?.kind === "table") noteTable(span, evidence);
    span.set(attributeNames.score, finding.coverage);
    return finding;
  });
}

function noteReading(span: SpanHandle, { ranked, evidence }: Reading): void {
  span.set(attributeNames.candidateCount, ranked.length);
  notePassages(
    span,
    evidence.filter((entry) => entry.kind === "passage"),
  );
}

function noteSearch(span: SpanHandle, asked: readonly string[], search: PassageSearch): void {
  span.set(attributeNames.genAiQueryText, asked.join(" "));
  span.set(attributeNames.idealScore, search.idealScore);
  notePassages(span, search.hits);
}

function searchDocuments(
  asked: readonly string[],
  ports: Ports,
  signal: AbortSignal,
): Promise<PassageSearch> {
  return ports.span(spanNames.retrieveUnstructured, async (span) => {
    const search = await ports.store.searchPassages(asked, hitsSearched, signal);
    span.set(attributeNames.passageCount, search.hits.length);
    const best = search.hits[0];
    if (best) {
      span.set(attributeNames.document, best.document);
      span.set(attributeNames.score, best.score);
    }
    noteSearch(span, asked, search);
    return search;
  });
}

function tell(
  mode: AnswerMode,
  finding: { supported: boolean; text: string; confidence: number; evidence: readonly Evidence[] },
  ports: Ports,
  reason?: string,
): Promise<Answer> {
  return ports.span(spanNames.answer, async (span) => {
    span.set(attributeNames.mode, mode);
    if (reason) span.set(attributeNames.routeReason, reason);
    const status = finding.supported ? "answered" : "refused";
    span.set(attributeNames.answer, finding.text);
    span.set(attributeNames.answerStatus, status);
    span.set(attributeNames.confidence, finding.confidence);
    return {
      status,
      mode,
      answer: finding.text,
      confidence: finding.confidence,
      evidence: finding.evidence,
      model: "embedded",
    };
  });
}
