import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Steps } from "@/lib/base/steps";
import { randomCases } from "@/lib/base/testing/length";
import { BadSpanBlock } from "@/lib/packed/block-parts";
import { encodeSpanBlock } from "@/lib/packed/span-blocks";
import { spansToColumns } from "@/lib/trace/columns/spans-to-columns";
import type { Span } from "@/lib/trace/span";
import { anySpanAt } from "@/lib/trace/testing/any-span";
import { type StoredTerm, spanPasses, textHolds, textIs, textMatches } from "./find-terms";
import { markColumns, SearchableBlock } from "./search-block";

const moment = fc.bigInt({ min: 10n ** 18n, max: 2n * 10n ** 18n });

/** Spans as a system makes them, so that dictionaries, shapes, numbers and hex digits occur, among any others. */
const usual = fc.tuple(anySpanAt(moment), fc.nat(20), fc.nat(5_000)).map(([span, few, many]): Span => {
  const attributes = [
    {
      key: "source",
      value: `s3://corpus/part-${many.toString(16).padStart(4, "0")}`,
      type: "string" as const,
    },
    { key: "step", value: String(few), type: "int" as const },
    { key: "score", value: String(many / 1_000), type: "double" as const },
    { key: "run_id", value: `the run ${few}`, type: "string" as const },
  ];
  return { ...span, name: `span ${few}`, attributes, statusMessage: few === 0 ? "refused" : "" };
});
const manySpans = fc.array(fc.oneof({ weight: 4, arbitrary: usual }, anySpanAt(moment)), {
  minLength: 1,
  maxLength: 30,
});

/** Texts that occur in the spans, or a part of one, so that terms find something. */
const textIn = (spans: readonly Span[]) =>
  fc
    .tuple(
      fc.constantFrom(
        ...spans.flatMap(
          ({ name, spanId, traceId, serviceName, statusMessage, attributes, resource, events }) => [
            ...[name, spanId, traceId, serviceName, statusMessage],
            ...[...attributes, ...resource].map(({ value }) => value),
            ...events.flatMap((event) => [event.name, ...event.attributes.map(({ value }) => value)]),
          ],
        ),
      ),
      fc.nat(3),
      fc.integer({ min: 1, max: 8 }),
    )
    .map(([text, from, length]) => text.slice(from, from + length));
const keyIn = (spans: readonly Span[]) =>
  fc.constantFrom(
    "nobody",
    ...spans.flatMap(({ attributes, resource, events }) =>
      [...attributes, ...resource, ...events.flatMap((event) => event.attributes)].map(({ key }) => key),
    ),
  );

const termIn = (spans: readonly Span[]): fc.Arbitrary<StoredTerm> => {
  const test = textIn(spans).chain((text) =>
    fc.constantFrom(textHolds(text), textIs([text]), textIs(["", text, ""]), textMatches("[0-9]+$", false)),
  );
  const not = fc.boolean();
  return fc.oneof(
    test.map((of): StoredTerm => ({ kind: "text", test: of, source: "" })),
    fc
      .tuple(keyIn(spans), test, not)
      .map(([key, of, no]): StoredTerm => ({ kind: "attribute", key, not: no, test: of, source: "" })),
    fc
      .tuple(fc.constantFrom("step", "score"), fc.constantFrom("=", "!=", ">", "<=" as const), fc.nat(20))
      .map(
        ([key, comparison, value]): StoredTerm => ({
          kind: "number",
          key,
          comparison: comparison as "=",
          value,
          source: "",
        }),
      ),
    fc.tuple(test, not).map(([of, no]): StoredTerm => ({ kind: "event", not: no, test: of, source: "" })),
  );
};

function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

describe("a search of blocks", () => {
  it("finds what a search of whole spans finds", () => {
    const cases = randomCases(100, 500);
    let found = 0;
    fc.assert(
      fc.property(
        manySpans.chain((spans) =>
          fc.tuple(fc.constant(spans), fc.array(termIn(spans), { minLength: 1, maxLength: 4 })),
        ),
        ([spans, terms]) => {
          const block = new SearchableBlock(encodeSpanBlock(spans));
          const columns = spansToColumns(spans, "r");
          for (const term of terms) {
            const inBlock = finish(block.mark(term));
            const inColumns = finish(markColumns(columns, term));
            const marked = spans.map((_, i) => inBlock[i] === 1 || inColumns?.[i] === 1);
            expect(marked).toEqual(spans.map((span) => spanPasses(term, span)));
            found += marked.filter(Boolean).length;
          }
        },
      ),
      cases,
    );
    expect(found).toBeGreaterThan(2 * cases.numRuns);
  });

  it("pauses within a block of long texts", () => {
    const [span] = fc.sample(usual, 1);
    if (!span) throw new Error("There is no span.");
    const long = Array.from({ length: 20 }, (_, i) => ({
      ...span,
      attributes: [{ key: "prompt", value: `${i} ${"lorem ipsum ".repeat(1_000)}`, type: "string" as const }],
    }));
    const term: StoredTerm = {
      kind: "attribute",
      key: "prompt",
      not: false,
      test: textHolds("19 lorem"),
      source: "",
    };
    const steps = new SearchableBlock(encodeSpanBlock(long)).mark(term);
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses++;
    expect(pauses).toBeGreaterThanOrEqual(10);
    expect(Array.from(step.value)).toEqual(long.map((_, i) => (i === 19 ? 1 : 0)));
  });

  it("takes bytes that are none for what they are", () => {
    const bytes = encodeSpanBlock(fc.sample(usual, 20));
    const term: StoredTerm = { kind: "text", test: textHolds("a"), source: "a" };
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          expect(finish(new SearchableBlock(changed).mark(term))).toBeInstanceOf(Uint8Array);
        } catch (error) {
          expect(error).toBeInstanceOf(BadSpanBlock);
        }
      }),
      randomCases(100, 500),
    );
  });
});
