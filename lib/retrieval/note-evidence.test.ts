import { describe, expect, it, test } from "vitest";
import type { TableEvidence } from "@/lib/api/ask";
import { maxContentChars } from "@/lib/trace/names";
import { maxNotedChars, notePassages, noteTable } from "./note-evidence";
import type { PassageHit, SpanHandle } from "./ports";

function recordingSpan() {
  const told: Record<string, unknown> = {};
  const span: SpanHandle = {
    set: (name, value) => {
      told[name] = value;
    },
    event: () => undefined,
  };
  return { span, told };
}

const hit = (i: number, text: string): PassageHit => ({
  passageId: `d.${i}`,
  dataset: "d",
  document: `handbook-${i}.md`,
  heading: "Handbook › Tyres",
  text,
  score: 10 - i / 10,
});

const evidence = (changes: Partial<TableEvidence>): TableEvidence => ({
  kind: "table",
  table: "stations",
  question_words: [],
  query: "count of stations",
  sql: "SELECT count()",
  params: {},
  columns: [{ name: "count", type: "UInt64" }],
  rows: [[40]],
  row_count: 1,
  ...changes,
});

describe("notePassages", () => {
  it("tells every passage with its score, and of the best how they begin", () => {
    const { span, told } = recordingSpan();
    notePassages(
      span,
      Array.from({ length: 20 }, (_, i) => hit(i, `A "quoted" text. ${"word ".repeat(400)}`)),
    );
    const text = String(told["gen_ai.retrieval.documents"]);
    expect(text.length).toBeLessThanOrEqual(maxNotedChars);
    const entries: { id: string; score: number; text?: string }[] = JSON.parse(text);
    expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => `d.${i}`));
    expect(entries[3]?.score).toBe(9.7);
    expect(entries[0]?.text).toMatch(/^A "quoted" text\..*…$/);
    expect(entries[0]?.text?.length).toBeLessThanOrEqual(160);
    const withText = entries.filter((entry) => entry.text !== undefined).length;
    expect(withText).toBeGreaterThan(5);
    expect(entries.slice(0, withText).every((entry) => entry.text !== undefined)).toBe(true);
  });

  it("leaves passages out from the end where not even their names fit", () => {
    const { span, told } = recordingSpan();
    notePassages(
      span,
      Array.from({ length: 20 }, (_, i) => ({ ...hit(i, ""), heading: "\u0000".repeat(100) })),
    );
    const text = String(told["gen_ai.retrieval.documents"]);
    expect(text.length).toBeLessThanOrEqual(maxNotedChars);
    const entries: unknown[] = JSON.parse(text);
    expect(entries.length).toBeGreaterThan(2);
    expect(entries.length).toBeLessThan(20);
  });
});

describe("noteTable", () => {
  it("tells the plan, the query, what was bound to it and what it gave", () => {
    const { span, told } = recordingSpan();
    noteTable(span, evidence({ params: { p0: "Aston" } }));
    expect(told).toEqual({
      "retrieval.table": "stations",
      "retrieval.row_count": 1,
      "retrieval.plan": "count of stations",
      "retrieval.sql": "SELECT count()",
      "retrieval.params": '{"p0":"Aston"}',
      "retrieval.rows": '{"columns":["count"],"rows":[[40]]}',
    });
  });

  it("keeps what can be read of a hundred wide rows", () => {
    const { span, told } = recordingSpan();
    const rows = Array.from({ length: 100 }, (_, i) => [i, "x".repeat(200)]);
    noteTable(span, evidence({ rows, row_count: 5_000 }));
    const text = String(told["retrieval.rows"]);
    expect(text.length).toBeLessThanOrEqual(maxNotedChars);
    const noted: { rows: unknown[] } = JSON.parse(text);
    expect(noted.rows).toEqual(rows.slice(0, noted.rows.length));
    expect(noted.rows.length).toBeGreaterThan(10);
  });
});

test("a list that fits is not cut as content in its middle", () => {
  expect(maxNotedChars).toBeLessThan(maxContentChars);
});
