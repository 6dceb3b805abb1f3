import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunSummary, type RunsQuery, runsQuerySchema } from "@/lib/api/runs";
import { randomCases } from "@/lib/base/testing/length";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";
import { migrate } from "../schema/migrate";
import { insertSpans } from "../spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "../testing/spans";
import { listRuns } from "./list-runs";
import { readNewestRuns } from "./newest-runs";
import { rankRuns } from "./rank-runs";
import type { FoundRun } from "./runs";
import { encodeCursor } from "./runs-cursor";

let database: TestDatabase;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());

const t0 = 1_767_225_600_000_000_000n;
const toNs = (seconds: number) => nanoseconds(t0 + BigInt(seconds) * 1_000_000_000n);

/** No id of a run: its trace goes by the trace id. In two bytes a character, of which the database counts half. */
const tooLong = "é".repeat(1_001);

/** Few values of everything, so that starts tie, runs share traces and traces share runs, over several days. */
const spanArbitrary = fc.record({
  trace: fc.integer({ min: 1, max: 9 }),
  span: fc.integer({ min: 1, max: 4 }),
  seconds: fc.constantFrom(0, 1, 2, 3, 5, 8, 86_399, 86_400, 86_401, 200_000, 4_000_000),
  isRoot: fc.boolean(),
  runId: fc.constantFrom(
    "",
    "",
    "",
    "a",
    "b",
    "c",
    "é",
    "\u{1f6b2}",
    "\ufb01",
    traceIdOf(1),
    traceIdOf(2),
    tooLong,
  ),
  question: fc.constantFrom("", "", "Why?", "Räder"),
  name: fc.constantFrom("ask", "GET /", "why"),
  service: fc.constantFrom("shop", "web"),
  isError: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  /** Which inserts it comes with: retries bring it again. */
  inserts: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 2 }),
});
type Made = typeof spanArbitrary extends fc.Arbitrary<infer T> ? T : never;

const queryArbitrary = fc.record(
  {
    limit: fc.integer({ min: 1, max: 3 }),
    q: fc.constantFrom("why", "RÄDER", "a", "\u{1f6b2}", traceIdOf(1), "nobody"),
    status: fc.constantFrom("ok" as const, "error" as const),
    service: fc.constantFrom("shop", "web", "none"),
    from: fc.constantFrom("2026-01-01T00:00:02Z", "2026-01-02T00:00:00Z"),
    to: fc.constantFrom("2026-01-01T00:00:05Z", "2026-01-02T00:00:00Z", "2026-01-04T00:00:00Z"),
  },
  { requiredKeys: ["limit"] },
);

function toSpan(made: Made): Span {
  const attributes = [text("run_id", made.runId), text("question", made.question)];
  return makeSpan({
    traceId: traceIdOf(made.trace),
    spanId: spanIdOf(made.span),
    parentSpanId: made.isRoot ? "" : spanIdOf(99),
    name: made.name,
    serviceName: made.service,
    status: made.isError ? "Error" : "Unset",
    startNs: toNs(made.seconds),
    attributes: attributes.filter(({ value }) => value !== ""),
  });
}

/** Of whole spans in memory, by the words of the definition: nothing of how the database does it. */
function expectedRuns(spans: readonly Made[], query: RunsQuery) {
  const traceIds = [...new Set(spans.map(({ trace }) => trace))];
  const traces = traceIds.map((trace) => {
    const own = spans.filter((span) => span.trace === trace);
    const runIds = [...new Set(own.map(({ runId }) => runId))].filter((id) => id !== "" && id !== tooLong);
    const [first] = [...own].sort(
      (a, b) => Number(b.isRoot) - Number(a.isRoot) || a.seconds - b.seconds || (a.name < b.name ? -1 : 1),
    );
    return {
      id: traceIdOf(trace),
      own,
      names: runIds.length > 0 ? runIds : [traceIdOf(trace)],
      title: first?.isRoot ? first.name : "",
      question:
        own
          .map(({ question }) => question)
          .sort()
          .at(-1) ?? "",
    };
  });
  const holds = (value: string) => value.toLowerCase().includes((query.q ?? "").toLowerCase());
  const startsAt = (iso: string) => (Date.parse(iso) - Number(t0 / 1_000_000n)) / 1_000;
  return [...new Set(traces.flatMap(({ names }) => names))]
    .map((runId) => {
      const mine = traces.filter(({ names }) => names.includes(runId));
      const own = mine.flatMap((trace) => trace.own);
      return { runId, mine, own, seconds: Math.min(...own.map(({ seconds }) => seconds)) };
    })
    .filter(({ runId, mine, own, seconds }) => {
      const isError = own.some((span) => span.isError);
      return (
        (holds(runId) || mine.some((each) => holds(each.question) || holds(each.title) || holds(each.id))) &&
        (query.service === undefined || own.some(({ service }) => service === query.service)) &&
        (query.status === undefined || isError === (query.status === "error")) &&
        (query.from === undefined || seconds >= startsAt(query.from)) &&
        (query.to === undefined || seconds < startsAt(query.to))
      );
    })
    .sort((a, b) => b.seconds - a.seconds || Buffer.compare(Buffer.from(b.runId), Buffer.from(a.runId)))
    .map(({ runId, mine, own, seconds }) => ({
      seconds,
      run: {
        run_id: runId,
        trace_ids: mine.map(({ id }) => id).sort(),
        status: own.some((span) => span.isError) ? "error" : "ok",
        span_count: own.length,
        error_count: own.filter((span) => span.isError).length,
      },
    }));
}

const plain = ({ run_id, trace_ids, status, span_count, error_count }: RunSummary) => ({
  run_id,
  trace_ids: [...trace_ids].sort(),
  status,
  span_count,
  error_count,
});

async function everyPage(query: RunsQuery): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listRuns(database, { ...query, ...(cursor !== undefined && { cursor }) });
    expect(page.runs.length).toBeLessThanOrEqual(query.limit);
    runs.push(...page.runs);
    if (page.next === null) return runs;
    cursor = page.next;
  }
}

it("lists what the spans say, page by page, whatever came when and how often", async () => {
  /** How often each of the two ways was enough: a test of only one of them would prove little. */
  const ways = { newest: 0, ranked: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(spanArbitrary, {
        selector: ({ trace, span }) => `${trace} ${span}`,
        minLength: 1,
        maxLength: 24,
      }),
      fc.array(queryArbitrary, { minLength: 4, maxLength: 4 }),
      fc.nat(),
      async (spans, queries, place) => {
        for (const table of ["otel_traces", "jiva_traces", "jiva_run_traces"]) {
          await database.traces.command({ query: `TRUNCATE TABLE ${table}` });
        }
        for (let insert = 0; insert < 4; insert++) {
          await insertSpans(database, spans.filter(({ inserts }) => inserts.includes(insert)).map(toSpan));
        }
        for (const given of queries) {
          const query = runsQuerySchema.parse(given);
          const all = expectedRuns(spans, query);
          expect((await everyPage(query)).map(plain)).toEqual(all.map(({ run }) => run));

          // Each way alone, with windows so small that they end amid the runs, from anywhere in the list.
          const after = all[place % (all.length + 1)];
          const cursor = after && encodeCursor({ startNs: toNs(after.seconds), runId: after.run.run_id });
          const asked = { ...query, ...(cursor !== undefined && { cursor }) };
          const expected = all.slice(after ? all.indexOf(after) + 1 : 0).slice(0, 2);
          const idsOf = (runs: readonly FoundRun[]) =>
            runs.slice(0, 2).map(({ runId, traceIds }) => ({ runId, traceIds: [...traceIds].sort() }));
          const ids = expected.map(({ run }) => ({ runId: run.run_id, traceIds: run.trace_ids }));
          expect(idsOf(await rankRuns(database, asked, 2, undefined, { firstRows: 2 }))).toEqual(ids);
          const sizes = { rowsPerRun: 2, spareRuns: 1 };
          const newest = await readNewestRuns(database, asked, 2, undefined, sizes);
          if (newest) expect(idsOf(newest.runs)).toEqual(ids);
          ways[newest ? "newest" : "ranked"]++;
        }
      },
    ),
    { ...randomCases(4, 12), endOnFailure: true },
  );
  expect(Math.min(ways.newest, ways.ranked)).toBeGreaterThan(0);
}, 240_000);
