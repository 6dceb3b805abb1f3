import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { type FoundRun, findRun } from "@/lib/clickhouse/runs/runs";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { NotInStore, searchSpans } from "@/lib/clickhouse/spans/search-spans";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/testing/spans";
import { parseFind } from "@/lib/find/find-query";
import { compares, type FindQuery, isStored, passes, spanPasses } from "@/lib/find/find-terms";
import type { Span } from "@/lib/trace/span";

let database: TestDatabase;
let run: FoundRun;

const t0 = 1_767_225_600_000_000_000n;
const values = [
  "GET /api/users/42",
  "get /API/Users/43",
  "Straße ÄÖÜ ΑΣΑ привет",
  "line one\nline two",
  `it's "quoted" \\ back*slash {x:String} 100%_`,
  "",
  "12",
  "12.50",
  "1e3",
  "NaN",
  " 12",
  "💡 idea",
  "tab\there",
  "time out",
];

/** Spans of every shape, each with another value; some in attributes, some in events, some in messages. */
const spans: readonly Span[] = values.flatMap((value, i) => [
  makeSpan({
    traceId: traceIdOf(1 + (i % 2)),
    spanId: spanIdOf(0xabc0 + 2 * i),
    name: i % 3 === 0 ? "db.query" : `Step ${i}`,
    serviceName: i % 2 === 0 ? "shop" : "bank",
    kind: i % 2 === 0 ? "Client" : "Internal",
    status: i % 4 === 0 ? "Error" : "Unset",
    statusMessage: i % 4 === 0 ? `broken ${value}` : "",
    startNs: nanoseconds(t0 + BigInt(i) * 1_000_000n),
    durationNs: nanoseconds(BigInt(i) * 500_000n),
    attributes: [text("run_id", "zebra-7f3a"), text("value", value), text("name", `n${i}`)],
    resource: [text("host.name", i % 2 === 0 ? "one" : "two")],
  }),
  makeSpan({
    traceId: traceIdOf(1 + (i % 2)),
    spanId: spanIdOf(0xabc1 + 2 * i),
    parentSpanId: spanIdOf(0xabc0 + 2 * i),
    startNs: nanoseconds(t0 + BigInt(i) * 1_000_000n),
    attributes: [text("run_id", "zebra-7f3a")],
    events: [
      {
        timeNs: nanoseconds(t0),
        name: i % 2 === 0 ? "cache.miss" : "Retry",
        attributes: [text("of", value)],
      },
    ],
  }),
]);

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
  await insertSpans(database, [...spans]);
  // The same span once more, as a retry would send it.
  await insertSpans(database, spans.slice(0, 1));
  const found = await findRun(database, "zebra-7f3a");
  if (!found) throw new Error("The run was not stored.");
  run = found;
});
afterAll(() => database.drop());

/** What the query means, told by the matcher that the page and the files use. */
function expected({ any }: FindQuery): string[] {
  const fieldOf = (span: Span) => ({
    name: span.name,
    service: span.serviceName,
    kind: span.kind,
    status: span.status,
    span_id: span.spanId,
    trace_id: span.traceId,
    work: "",
  });
  return spans
    .filter((span) =>
      any.some((all) =>
        all.every(({ term, negated }) => {
          if (isStored(term)) return spanPasses(term, span) !== negated;
          if (term.kind === "field")
            return (passes(term.test, fieldOf(span)[term.field]) !== term.not) !== negated;
          if (term.kind === "is") return (span.status === "Error") !== negated;
          if (term.kind !== "time") throw new Error(`${term.kind} is not for the store`);
          const ns = term.field === "start" ? span.startNs - t0 : span.durationNs;
          return compares(Number(ns), term.comparison, term.ns) !== negated;
        }),
      ),
    )
    .map(({ spanId }) => spanId)
    .sort();
}

async function search(asked: string): Promise<string[]> {
  const { query, error } = parseFind(asked);
  if (!query) throw new Error(error);
  return [...(await searchSpans(database, run, query)).spanIds].sort();
}

describe("searching a run's spans in the store", () => {
  it.each([
    ["users", 4],
    ["USERS 42", 2],
    ["ä", 2],
    ["straßE", 2],
    ["αςα", 0],
    ["ασα", 2],
    ["ПРИВЕТ", 2],
    ["💡", 2],
    ['"time out"', 2],
    ['"one\nline"', 2],
    ["it's", 2],
    ["\\", 2],
    ["100%_", 2],
    ["broken", 4],
    ["zebra-7f3a", 0],
    ["one", 2],
    ["abc5", 1],
    ["db.query", 5],
    ["shop", undefined],
    ["cache.miss", 7],
    ["value=12", 1],
    ['value=""', 1],
    ["value=GET*", 2],
    ['value="*users*4*"', 2],
    ["value!=12", 13],
    ["-value=12", 27],
    ["value=*", 14],
    ["of=*line*", 1],
    ["host.name=two", 7],
    ["value>12", 2],
    ["value>=12", 3],
    ["value=1e3", 1],
    ["value<0", 0],
    ['"name"=n3', 1],
    ["name=step*", undefined],
    ["name!=db.query", undefined],
    ["kind=client status=error", 4],
    ["event=retry", 7],
    ["event!=retry", 7],
    ["event=/^cache/", 7],
    ["/users\\/4[23]$/", 2],
    ["/users\\/4[23]$/i", 4],
    ["/^(line|time).o/", 4],
    ["/line.line/", 0],
    ["/one\\sline/", 2],
    ["/ÄÖÜ/", 2],
    ["/äöü/", 0],
    ["/äöü/i", 2],
    ["/^.$/", 0],
    ["value=/^\\W*$/", 1],
    ["value=/\\btwo\\b/", 1],
    ["value=/^[^a-z]+$/", 3],
    ["value=/^\\d+(\\.\\d{1,2})?$/", 2],
    ["duration>2ms", 9],
    ["start<3ms -duration<1ms", undefined],
    ["error or event=retry", 11],
    ["error -broken", 0],
    [`span_id=*${spanIdOf(0xabc3)}`, 1],
    [`trace_id=${traceIdOf(2)}`, 14],
  ] as const)("%s finds what the matcher finds", async (asked, count) => {
    const { query } = parseFind(asked);
    if (!query) throw new Error("not a query");
    const found = await search(asked);
    expect(found).toEqual(expected(query));
    if (count !== undefined) expect(found).toHaveLength(count);
  });

  it("says which trace each span is of", async () => {
    const { query } = parseFind("event=*");
    const found = await searchSpans(database, run, query ?? { any: [] });
    const pairs = found.spanIds.map((id, i) => [id, found.traceIds[found.trace[i] ?? -1]]);
    const all = spans
      .filter(({ events }) => events.length > 0)
      .map(({ spanId, traceId }) => [spanId, traceId]);
    expect(pairs.sort()).toEqual(all.sort());
    expect(found.truncated).toBe(false);
  });

  it.each(["path=a", "self>1ms", "is:orphan", "work=model"])(
    "%s is not the store's to tell",
    async (asked) => {
      const { query } = parseFind(asked);
      await expect(searchSpans(database, run, query ?? { any: [] })).rejects.toThrow(NotInStore);
    },
  );
});
