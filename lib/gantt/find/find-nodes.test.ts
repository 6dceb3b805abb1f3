import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFind, quotePath } from "@/lib/find/find-query";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { buildTimeline, nodeName, type Timeline } from "../timeline";
import { findNodes, nodesOfSpans, type StoredAnswers } from "./find-nodes";

const runOf = (spans: readonly SpanFixture[], runId = "r") => ({
  runId,
  title: "",
  columns: spansToColumns(spans, runId),
});
const family = buildTimeline([
  runOf([
    { id: 1, name: "ask", duration: 1_000_000 },
    { id: 2, parent: 1, name: "plan", duration: 100_000, work: 1 },
    { id: 3, parent: 2, name: "chat", start: 10_000, duration: 50_000, work: 7, error: true },
    { id: 0xabcd, parent: 1, name: "answer", start: 200_000, duration: 0, work: 5 },
    { id: 5, parent: 99, name: "lost", start: 300_000, duration: 5 },
  ]),
]);

function find(timeline: Timeline, text: string, stored: StoredAnswers = new Map()): string[] {
  const { query, error } = parseFind(text);
  if (!query) throw new Error(error);
  const { matches, count } = findNodes(timeline, query, stored);
  const names = Array.from(matches.keys())
    .filter((node) => matches[node])
    .map((node) => nodeName(timeline, node));
  expect(count).toBe(names.length);
  return names;
}

describe("findNodes", () => {
  it.each([
    ["AN", ["plan", "answer"]],
    ["service", ["ask", "plan", "chat", "answer", "lost"]],
    ["an -name=answer", ["plan"]],
    ["error", ["chat"]],
    ["00abcd", ["answer"]],
    ["span_id=000000000000abcd", ["answer"]],
    ["name=a*", ["ask", "answer"]],
    ["name!=a*", ["plan", "chat", "lost"]],
    ["work=model or work=plan", ["plan", "chat"]],
    ["kind=internal status=unset", ["ask", "plan", "answer", "lost"]],
    ["duration>=100us", ["ask", "plan"]],
    ["self<60us self>0ns", ["plan", "chat", "lost"]],
    ["start>10us", ["answer", "lost"]],
    ['path="ask>plan"', ["plan"]],
    ['path="ask>*>chat"', ["chat"]],
    ["path=plan", []],
    ["path!=lost", ["ask", "plan", "chat", "answer"]],
    ["/^a.{2}$/", ["ask"]],
    ["is:root", ["ask", "lost"]],
    ["is:leaf", ["chat", "answer", "lost"]],
    ["is:orphan", ["lost"]],
    ["is:instant", ["answer"]],
    ["is:critical", ["ask", "plan", "chat"]],
    ["", []],
  ])("%s", (text, names) => expect(find(family, text)).toEqual(names));

  it("takes what the store has found as soon as it is there, and claims nothing before", () => {
    const answers = new Map([["k=v", Uint8Array.of(0, 1, 1, 0, 0)]]);
    expect(find(family, "k=v")).toEqual([]);
    expect(find(family, "-k=v")).toEqual([]);
    expect(find(family, "k=v", answers)).toEqual(["plan", "chat"]);
    expect(find(family, "k=v -error", answers)).toEqual(["plan"]);
    expect(find(family, "-k=v an", answers)).toEqual(["answer"]);
    expect(find(family, "k=v or -other=x", answers)).toEqual(["plan", "chat"]);
    // A word is looked for in both: the names at once, the values once they are known.
    expect(find(family, "chat")).toEqual(["chat"]);
    expect(find(family, "chat", new Map([["chat", Uint8Array.of(1, 0, 0, 0, 0)]]))).toEqual(["ask", "chat"]);
    expect(find(family, "-chat")).toEqual([]);
  });

  it("finds in every run, and never a run's own row", () => {
    const two = buildTimeline([runOf([{ id: 1, name: "ask" }], "a"), runOf([{ id: 1, name: "ask" }], "b")]);
    const { query } = parseFind("-name=x");
    expect(Array.from(findNodes(two, query ?? { any: [] }, new Map()).matches)).toEqual([0, 1, 0, 1]);
    expect(find(two, quotePath(["ask"]))).toEqual(["ask", "ask"]);
    expect(Array.from(nodesOfSpans(two, [[], [0]]))).toEqual([0, 0, 0, 1]);
  });

  it("stops an expression that is too much work, and says how many texts are left", () => {
    const names = Array.from({ length: 4_000 }, (_, i) => `${i} ${"x".repeat(250)}`);
    const many = buildTimeline([runOf(names.map((name, i) => ({ id: i + 1, name })))]);
    const { query } = parseFind("/(x|y){150}z/");
    const { skippedTexts, count } = findNodes(many, query ?? { any: [] }, new Map());
    expect(count).toBe(0);
    expect(skippedTexts).toBeGreaterThan(0);
    expect(skippedTexts).toBeLessThan(4_000);
  });

  it("says of alternatives and negations what logic says", () => {
    const terms = ["an", "error", "is:leaf", "duration>1us", "name=chat"];
    const asked = fc.array(
      fc.array(fc.record({ term: fc.constantFrom(...terms), negated: fc.boolean() }), {
        minLength: 1,
        maxLength: 3,
      }),
      { minLength: 1, maxLength: 3 },
    );
    const known = new Map([["an", new Uint8Array(5)]]);
    fc.assert(
      fc.property(asked, (any) => {
        const text = any
          .map((all) => all.map(({ term, negated }) => `${negated ? "-" : ""}${term}`).join(" "))
          .join(" or ");
        const single = (term: string) => new Set(find(family, term, known));
        const all = ["ask", "plan", "chat", "answer", "lost"];
        const expected = all.filter((name) =>
          any.some((list) => list.every(({ term, negated }) => single(term).has(name) !== negated)),
        );
        expect(find(family, text, known)).toEqual(expected);
      }),
    );
  });
});
