import { describe, expect, it, vi } from "vitest";
import { Cancelled } from "@/lib/base/tasks";
import { spanNames } from "@/lib/trace/names";
import { ask } from "./ask";
import type { BoundQuery, Ports, QueryResult, Store } from "./ports";
import { libraryPassages, libraryTables } from "./testing/library";
import { matchMemoryValues } from "./testing/memory-table";
import { createPassageIndex } from "./testing/passage-index";

const index = createPassageIndex(libraryPassages);
const signal = new AbortController().signal;

/** What the database would give for the one query of a test. */
function result(columns: string[], ...rows: (string | number)[][]): QueryResult {
  return { columns: columns.map((name) => ({ name, type: "String" })), rows, rowCount: rows.length };
}

function world(given: QueryResult, changes: Partial<Store> = {}) {
  const queries: BoundQuery[] = [];
  const spans: string[] = [];
  const told = new Map<string, Map<string, string | number | boolean>>();
  const ports: Ports = {
    store: {
      tables: async () => libraryTables.map(({ table }) => table),
      matchValues: async (phrases) => matchMemoryValues(libraryTables, phrases),
      query: async (query) => {
        queries.push(query);
        return given;
      },
      searchPassages: async (stems, limit) => index.search(stems, limit),
      ...changes,
    },
    span: async (name, work) => {
      spans.push(name);
      const attributes = told.get(name) ?? new Map();
      told.set(name, attributes);
      return work({ set: (key, value) => attributes.set(key, value), event: () => undefined });
    },
    now: () => 0,
    today: () => new Date(2025, 10, 12),
  };
  return { ports, queries, spans, told };
}

describe("ask", () => {
  it("answers from a table, with the query and its rows", async () => {
    const { ports, queries, spans } = world(result(["count"], [2]));
    const answer = await ask("How many branches are in Aston?", "auto", ports, signal);
    expect(answer).toMatchObject({
      status: "answered",
      mode: "structured",
      answer: "2 branches where town is Aston.",
    });
    expect(queries[0]?.params).toEqual({ p0: "Aston" });
    expect(answer.evidence).toEqual([
      {
        kind: "table",
        table: "branches",
        question_words: ["How", "many", "branches", "Aston"],
        query: "count of branches where town is Aston",
        sql: queries[0]?.sql,
        params: queries[0]?.params,
        columns: [{ name: "count", type: "String" }],
        rows: [[2]],
        row_count: 1,
      },
    ]);
    expect(spans).toEqual([
      spanNames.plan,
      spanNames.retrieveUnstructured,
      spanNames.retrieveStructured,
      spanNames.answer,
    ]);
  });

  it("answers from documents without touching tables when asked to", async () => {
    const { ports, queries, spans } = world(result([]));
    const answer = await ask("How long is a card valid?", "unstructured", ports, signal);
    expect(answer).toMatchObject({
      status: "answered",
      mode: "unstructured",
      answer: "A card is valid for two years.",
    });
    expect(queries).toEqual([]);
    expect(spans).toEqual([spanNames.plan, spanNames.retrieveUnstructured, spanNames.read, spanNames.answer]);
  });

  it("tells on its stages what was planned, searched for, found and answered", async () => {
    const { ports, told } = world(result(["name", "opened"], ["Mill Lane", "1998-03-01"]));
    const answer = await ask("Why was the roof of the oldest branch mended?", "auto", ports, signal);
    const on = (stage: string) => Object.fromEntries(told.get(stage) ?? []);
    const documents = (stage: string): { id: string; score: number; text?: string }[] =>
      JSON.parse(String(on(stage)["gen_ai.retrieval.documents"]));
    expect(on(spanNames.plan)["retrieval.plan"]).toBe(on(spanNames.retrieveStructured)["retrieval.plan"]);
    expect(on(spanNames.retrieveStructured)).toMatchObject({
      "retrieval.sql": expect.stringContaining("SELECT"),
      "retrieval.rows": '{"columns":["name","opened"],"rows":[["Mill Lane","1998-03-01"]]}',
    });
    expect(on(spanNames.retrieveUnstructured)["gen_ai.retrieval.query.text"]).toContain("roof");
    const found = documents(spanNames.join);
    expect(found.map(({ score }) => score)).toEqual(
      found.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    const read = answer.evidence.flatMap((entry) => (entry.kind === "passage" ? [entry.passage_id] : []));
    expect(documents(spanNames.read).map(({ id }) => id)).toEqual(read);
    expect(on(spanNames.answer)).toMatchObject({ answer: answer.answer, "answer.status": "answered" });
  });

  it("joins the row that a query finds to the passage about it", async () => {
    const { ports, spans } = world(result(["name", "opened"], ["Mill Lane", "1998-03-01"]));
    const answer = await ask("Why was the roof of the oldest branch mended?", "auto", ports, signal);
    expect(answer).toMatchObject({ status: "answered", mode: "combined" });
    expect(answer.answer).toBe(
      "Mill Lane was opened first: 1 March 1998. Its roof was mended in May 2019 because rain had come in over the atlases.".replace(
        "Its roof",
        "The branch stands in a former flour mill. Its roof",
      ),
    );
    expect(answer.evidence.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["table", "passage"]));
    expect(spans).toEqual([
      spanNames.plan,
      spanNames.retrieveUnstructured,
      spanNames.retrieveStructured,
      spanNames.join,
      spanNames.read,
      spanNames.answer,
    ]);
  });

  it("answers two questions in one from both sides", async () => {
    const { ports } = world(result(["seats"], [85]));
    const answer = await ask(
      "How many seats does Old Mint have, and who looks after the map collection?",
      "auto",
      ports,
      signal,
    );
    expect(answer).toMatchObject({ status: "answered", mode: "combined" });
    expect(answer.answer).toContain("Old Mint has 85 seats.");
    expect(answer.answer).toContain("Dora Quill");
  });

  it("refuses what neither side holds, and says what could be asked", async () => {
    const { ports } = world(result(["count"], [4]));
    const answer = await ask("How many penguins live in Antarctica?", "auto", ports, signal);
    expect(answer.status).toBe("refused");
    expect(answer.answer).toContain("“penguins”");
    expect(answer.confidence).toBeLessThan(0.3);
    const fromTables = await ask("How many penguins live in Antarctica?", "structured", ports, signal);
    expect(fromTables.answer).toContain("You can ask about branches");
  });

  it("refuses a query that finds no row", async () => {
    const { ports } = world(result(["name"]));
    const answer = await ask("Which branches were opened in 1950?", "structured", ports, signal);
    expect(answer).toMatchObject({ status: "refused", evidence: [{ kind: "table", row_count: 0 }] });
    expect(answer.answer).toContain("No row answers this");
  });

  it("refuses where nothing has been loaded", async () => {
    const empty = createPassageIndex([]);
    const { ports } = world(result([]), {
      tables: async () => [],
      matchValues: async () => [],
      searchPassages: async (stems, limit) => empty.search(stems, limit),
    });
    for (const mode of ["auto", "structured", "unstructured", "combined"] as const) {
      expect((await ask("How many seats are there?", mode, ports, signal)).status).toBe("refused");
    }
  });

  it("stops with the signal's reason, and takes the other side's query down with a failure", async () => {
    const controller = new AbortController();
    controller.abort(new Cancelled("closed"));
    await expect(ask("How many seats?", "auto", world(result([])).ports, controller.signal)).rejects.toThrow(
      "closed",
    );

    const seen = vi.fn();
    const { ports } = world(result([]), {
      query: async () => {
        throw new Error("The database is away.");
      },
      searchPassages: (_stems, _limit, inner) =>
        new Promise((_resolve, reject) => {
          inner.addEventListener("abort", () => {
            seen();
            reject(inner.reason);
          });
        }),
    });
    await expect(ask("How many branches are there?", "auto", ports, signal)).rejects.toThrow(
      "The database is away.",
    );
    expect(seen).toHaveBeenCalledOnce();
  });
});
