import { at, float64At, uint8At, uintAt } from "@/lib/base/checked";
import type { Steps } from "@/lib/base/steps";
import { markOwners, type PackedAttributes, type PackedColumn, passingRows } from "@/lib/packed/attributes";
import { type BlockParts, blockParts, readBlock } from "@/lib/packed/block-parts";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { spanIdText } from "@/lib/trace/columns/span-ids";
import { attributeNames } from "@/lib/trace/names";
import { compares, isIdPart, numberOfText, passes, type StoredTerm, type TextTest } from "./find-terms";

/**
 * Finds by stored terms (find-terms.ts) in a block of spans (span-blocks.ts) without making spans of it: a column
 * that cannot matter is passed over, and of the others each different text is tested once.
 */

type TestOf = (column: PackedColumn) => ((value: string) => boolean) | undefined;

/** A block to be searched several times: what one search has unpacked, the next one has at hand. */
export class SearchableBlock {
  readonly #parts: BlockParts;

  /** Throws BadSpanBlock for bytes that `encodeSpanBlock` did not make. */
  constructor(bytes: Uint8Array) {
    this.#parts = readBlock(() => blockParts(bytes));
  }

  /**
   * 1 for each span of the block that has in it what the term asks for. What the columns of the run know, names,
   * services and ids, is not in the block: `markColumns`. Throws BadSpanBlock as the constructor does.
   */
  *mark(term: StoredTerm): Steps<Uint8Array> {
    const steps = markTerm(this.#parts, term);
    for (;;) {
      const { done, value } = readBlock(() => steps.next());
      if (done) return value;
      yield;
    }
  }
}

function* markTerm(parts: BlockParts, term: StoredTerm): Steps<Uint8Array> {
  const { count, events } = parts;
  switch (term.kind) {
    case "text": {
      const marks = new Uint8Array(count);
      const test = (text: string) => passes(term.test, text);
      const testOf: TestOf = ({ key, isNumeric }) =>
        key === attributeNames.runId || (isNumeric && isInNoNumber(term.test)) ? undefined : test;
      join(marks, yield* passingRows(parts.statusMessage(), test));
      yield* markOwners(parts.attributes, testOf, marks);
      joinEvents(marks, events.counts, yield* passingRows(events.names(), test));
      joinEvents(marks, events.counts, yield* markAll(events.attributes, testOf, events.total));
      return marks;
    }
    case "event": {
      const marks = new Uint8Array(count);
      const test = (name: string) => passes(term.test, name);
      joinEvents(marks, events.counts, yield* passingRows(events.names(), test));
      return term.not
        ? marks.map((found, span) => (float64At(events.counts, span) > 0 && !found ? 1 : 0))
        : marks;
    }
    case "attribute": {
      const found = yield* markKey(parts, term.key, (value) => passes(term.test, value));
      if (!term.not) return found;
      const all = yield* markKey(parts, term.key, () => true);
      return all.map((has, span) => (has && !uint8At(found, span) ? 1 : 0));
    }
    case "number":
      return yield* markKey(parts, term.key, (value) => {
        const is = numberOfText(value);
        return is !== undefined && compares(is, term.comparison, term.value);
      });
  }
}

/** Spans with a value of this key that passes: of their own, of their resource or of an event. */
function* markKey(parts: BlockParts, key: string, test: (value: string) => boolean): Steps<Uint8Array> {
  const { count, attributes, resources, resource, events } = parts;
  const testOf: TestOf = (column) => (column.key === key ? test : undefined);
  const marks = new Uint8Array(count);
  yield* markOwners(attributes, testOf, marks);
  const ofResource = yield* markAll(resources, testOf, resources.layoutOf.length);
  for (let span = 0; span < count; span++) {
    if (uint8At(ofResource, float64At(resource, span)) === 1) marks[span] = 1;
  }
  joinEvents(marks, events.counts, yield* markAll(events.attributes, testOf, events.total));
  return marks;
}

function* markAll(attributes: PackedAttributes, testOf: TestOf, owners: number): Steps<Uint8Array> {
  const marks = new Uint8Array(owners);
  yield* markOwners(attributes, testOf, marks);
  return marks;
}

function join(marks: Uint8Array, more: Uint8Array | undefined): void {
  if (more) for (let i = 0; i < more.length; i++) if (uint8At(more, i) === 1) marks[i] = 1;
}

/** Marks the spans of which an event is marked. */
function joinEvents(marks: Uint8Array, counts: Float64Array, events: Uint8Array | undefined): void {
  if (!events?.includes(1)) return;
  let event = 0;
  for (let span = 0; span < counts.length; span++) {
    for (const end = event + float64At(counts, span); event < end; event++)
      if (uint8At(events, event) === 1) marks[span] = 1;
  }
}

/** The text holds a character that the text of no number has. */
function isInNoNumber(test: TextTest): boolean {
  return test.kind === "holds" && /[^0-9.e+\-infaty]/.test(test.text);
}

const columnsPerStep = 10_000;

/** 1 for each span whose columns satisfy a text term; null if the term is not text. */
export function* markColumns(columns: SpanColumns, term: StoredTerm): Steps<Uint8Array | null> {
  if (term.kind !== "text") return null;
  const { test } = term;
  const names = columns.names.map((name) => passes(test, name));
  const services = columns.services.map((service) => passes(test, service));
  const id = test.kind === "holds" && isIdPart(test.text) ? test.text : undefined;
  const traces = columns.traceIds.map((traceId) => id !== undefined && traceId.includes(id));
  const marks = new Uint8Array(columns.count);
  for (let i = 0; i < columns.count; i++) {
    if (i % columnsPerStep === columnsPerStep - 1) yield;
    const passesHere =
      at(names, uintAt(columns.name, i)) ||
      at(services, uintAt(columns.service, i)) ||
      at(traces, uintAt(columns.trace, i)) ||
      (id !== undefined && spanIdText(columns.spanIds, i).includes(id));
    if (passesHere) marks[i] = 1;
  }
  return marks;
}
