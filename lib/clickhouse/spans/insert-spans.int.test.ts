import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { type Attribute, attributeTypes, type Span, spanKinds, statusCodes } from "@/lib/trace/span";
import { migrate } from "../schema/migrate";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "../testing/spans";
import { insertSpans } from "./insert-spans";
import { rowToSpan, type SpanRow, spanSelection } from "./span-row";

let database: TestDatabase;
beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());

async function stored(traceId: string): Promise<Span[]> {
  const result = await database.traces.query({
    query: `SELECT ${spanSelection} FROM otel_traces WHERE TraceId = {traceId:String} ORDER BY SpanId`,
    query_params: { traceId },
    format: "JSONEachRow",
  });
  return (await result.json<SpanRow>()).map(rowToSpan);
}

const anyText = fc.string({ unit: "binary", maxLength: 60 });
/** Keys that look like indexes are left out: a row's maps come back as objects, which sort those first. */
const key = fc.oneof(anyText, fc.constantFrom("__proto__", "constructor")).filter((k) => !/^\d+$/.test(k));
const attributes = fc.uniqueArray(
  fc.record({ key, value: anyText, type: fc.constantFrom(...attributeTypes) }),
  { selector: (attribute: Attribute) => attribute.key, maxLength: 5 },
);
const moment = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(nanoseconds);
const count = fc.integer({ min: 1, max: 2 ** 32 - 1 });

const anySpan = fc.record(
  {
    parentSpanId: fc.constantFrom("", spanIdOf(1)),
    traceState: anyText,
    name: anyText,
    kind: fc.constantFrom(...spanKinds),
    serviceName: anyText,
    scopeName: anyText,
    scopeVersion: anyText,
    // Within a month, so that the spans of a run of this test share a few parts.
    startNs: fc
      .bigInt({ min: 0n, max: 30n * 86_400n * 10n ** 9n })
      .map((ns) => nanoseconds(1_767_225_600_000_000_000n + ns)),
    durationNs: moment,
    status: fc.constantFrom(...statusCodes),
    statusMessage: anyText,
    attributes,
    resource: attributes,
    events: fc.array(
      fc.record(
        { timeNs: moment, name: anyText, attributes, droppedAttributes: count },
        { requiredKeys: ["timeNs", "name", "attributes"] },
      ),
      { maxLength: 3 },
    ),
    links: fc.array(
      fc.record(
        {
          traceId: anyText,
          spanId: anyText,
          traceState: anyText,
          attributes,
          droppedAttributes: count,
          flags: count,
        },
        { requiredKeys: ["traceId", "spanId", "traceState", "attributes"] },
      ),
      { maxLength: 3 },
    ),
    flags: count,
    droppedAttributes: count,
    droppedEvents: count,
    droppedLinks: count,
    scopeAttributes: attributes.filter(({ length }) => length > 0),
    scopeDroppedAttributes: count,
    scopeSchemaUrl: fc.webUrl(),
    resourceDroppedAttributes: count,
    resourceSchemaUrl: fc.webUrl(),
  },
  {
    requiredKeys: [
      "parentSpanId",
      "traceState",
      "name",
      "kind",
      "serviceName",
      "scopeName",
      "scopeVersion",
      "startNs",
      "durationNs",
      "status",
      "statusMessage",
      "attributes",
      "resource",
      "events",
      "links",
    ],
  },
);

describe("insertSpans", () => {
  it("stores every span so that it comes back as it was", async () => {
    const spans = fc
      .sample(anySpan, { numRuns: 500, seed: 3 })
      .map((span, n): Span => ({ ...span, traceId: traceIdOf(1), spanId: spanIdOf(n + 1) }));
    await insertSpans(database, spans);
    const sortedKeys = (span: Span) => JSON.parse(JSON.stringify(span, sortMaps));
    expect((await stored(traceIdOf(1))).map(sortedKeys)).toEqual(spans.map(sortedKeys));
  });

  it("keeps what it cannot hold as near as it can", async () => {
    const span = makeSpan({
      traceId: traceIdOf(2),
      spanId: spanIdOf(1),
      startNs: nanoseconds(-5n),
      durationNs: nanoseconds(-1n),
      attributes: [text("half", "\ud800x")],
    });
    await insertSpans(database, [span, { ...span, spanId: spanIdOf(2), startNs: nanoseconds(2n ** 64n) }]);
    const [early, late] = await stored(traceIdOf(2));
    expect(early).toMatchObject({ startNs: 0n, durationNs: 0n, attributes: [text("half", "\ufffdx")] });
    expect(late?.startNs).toBe(2n ** 63n - 1n);
  });

  it("stores more than fits one piece, and spans of more days than fit one block", async () => {
    const day = (n: number) => nanoseconds(BigInt(n) * 86_400_000_000_000n);
    const spans = Array.from({ length: 1_200 }, (_, n) =>
      makeSpan({
        traceId: traceIdOf(3),
        spanId: spanIdOf(n + 1),
        startNs: day(10_000 + 2 * (n % 100)),
        attributes: [text("filler", "é".repeat(500))],
      }),
    );
    await insertSpans(database, spans);
    expect(await stored(traceIdOf(3))).toHaveLength(1_200);
  });
});

/** For comparing: bigints as text, lists of attributes by key. */
function sortMaps(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (!Array.isArray(value) || !value.every((item) => item && typeof item === "object" && "type" in item)) {
    return value;
  }
  return [...(value as Attribute[])].sort((a, b) => (a.key < b.key ? -1 : 1));
}
