import type { Span } from "@/lib/trace/span";
import type { Cells, Expected, ExpectedPassage, ExpectedSpan } from "./seed";

/** What is not as it should be, in one line; undefined where all of it is. Order does not count. */
export function differenceOf(expected: Expected, found: Expected): string | undefined {
  const [wanted, got] = [linesOf(expected), linesOf(found)];
  const missing = without(wanted, got);
  const extra = without(got, wanted);
  if (missing.length === 0 && extra.length === 0) return undefined;
  const one = (list: readonly string[]) => (list[0] === undefined ? "none" : list[0].slice(0, 300));
  return `${missing.length} missing (${one(missing)}), ${extra.length} beyond (${one(extra)})`;
}

function linesOf(expected: Expected): string[] {
  if (expected.kind === "rows") {
    return [
      JSON.stringify(expected.columns),
      ...expected.rows.map((row) => JSON.stringify(row.map(plainCell))),
    ];
  }
  if (expected.kind === "passages")
    return expected.passages.map((passage) => JSON.stringify(plainPassage(passage)));
  return expected.spans.map((span) =>
    JSON.stringify({ ...span, startNs: String(span.startNs), durationNs: String(span.durationNs) }),
  );
}

/** Of things that may occur more than once. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return list.filter((item) => {
    const count = left.get(item) ?? 0;
    left.set(item, count - 1);
    return count <= 0;
  });
}

/** A number and a moment are the same with fewer zeros behind their point: columns differ in their precision. */
function plainCell(cell: Cells[number]): Cells[number] {
  if (cell === null) return null;
  const [, before = cell, after = ""] = /^(-?\d+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.(\d*?)0*$/.exec(cell) ?? [];
  return after === "" ? before : `${before}.${after}`;
}

function plainPassage({ heading, text }: ExpectedPassage): ExpectedPassage {
  return { heading, text: text.replace(/[ \n]+/g, " ") };
}

/** Spans as seeds describe them. Attributes whose keys begin otherwise than the seeds' own are left out. */
export function describeSpans(spans: readonly Span[]): Expected {
  const names = new Map(spans.map((span) => [span.spanId, span.name]));
  const described = spans.map(
    (span): ExpectedSpan => ({
      name: span.name,
      parentName: names.get(span.parentSpanId) ?? "",
      service: span.serviceName,
      startNs: span.startNs,
      durationNs: span.durationNs,
      status: span.status,
      attributes: span.attributes
        .filter(({ key }) => key.startsWith("key."))
        .map(({ key, type, value }) => [key, type, value] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    }),
  );
  return { kind: "spans", spans: described };
}

/** A seed's own spans in the same form: without what only its format needs. */
export function plainSpans(spans: readonly ExpectedSpan[]): Expected {
  return {
    kind: "spans",
    spans: spans.map(({ name, parentName, service, startNs, durationNs, status, attributes }) => ({
      name,
      parentName,
      service,
      startNs,
      durationNs,
      status,
      attributes,
    })),
  };
}
