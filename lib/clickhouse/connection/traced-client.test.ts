import type { ClickHouseClient } from "@clickhouse/client";
import { describe, expect, it } from "vitest";
import { Cancelled } from "@/lib/base/tasks";
import { describeStatement, traceQueries } from "./traced-client";

function record() {
  const spans: {
    name: string;
    attributes: Record<string, string | number>;
    events?: unknown[];
    ended: unknown[];
  }[] = [];
  return {
    spans,
    open: (name: string, attributes: Readonly<Record<string, string | number>>) => {
      const span: (typeof spans)[number] = { name, attributes: { ...attributes }, ended: [] };
      spans.push(span);
      return {
        set: (key: string, value: string | number) => {
          span.attributes[key] = value;
        },
        event: (name: string, attributes: object) => {
          span.events = [...(span.events ?? []), [name, attributes]];
        },
        end: (failure?: { readonly error: unknown }) => void span.ended.push(failure?.error ?? "ok"),
      };
    },
  };
}

const fake = (methods: object) => methods as unknown as ClickHouseClient;

describe("traceQueries", () => {
  it("ends a query's span when its rows have been read, and counts them", async () => {
    const { spans, open } = record();
    const client = traceQueries(fake({ query: async () => ({ json: async () => [1, 2] }) }), "jiva", open);
    const result = await client.query({ query: "SELECT * FROM passages", format: "JSONEachRow" });
    expect(spans[0]?.ended).toEqual([]);
    await expect(result.json()).resolves.toEqual([1, 2]);
    expect(spans).toEqual([
      {
        name: "SELECT passages",
        attributes: {
          "db.system.name": "clickhouse",
          "db.namespace": "jiva",
          "db.operation.name": "SELECT",
          "db.collection.name": "passages",
          "db.query.text": "SELECT * FROM passages",
          "db.response.returned_rows": 2,
        },
        ended: ["ok"],
      },
    ]);
  });

  it("tells what was bound to the statement, and never more of it than can be read", async () => {
    const { spans, open } = record();
    const client = traceQueries(fake({ query: async () => ({ close: () => undefined }) }), "jiva", open);
    const ids = Array.from({ length: 1_000 }, (_, i) => `id ${i}`);
    const query_params = { town: "Aston", many: 3, big: 2n ** 60n, ids };
    await client.query({ query: "SELECT {town:String}", query_params });
    expect(spans[0]?.attributes).toMatchObject({
      "db.query.parameter.town": "Aston",
      "db.query.parameter.many": "3",
      "db.query.parameter.big": '"1152921504606846976"',
    });
    expect(String(spans[0]?.attributes["db.query.parameter.ids"])).toHaveLength(500);
    const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, i]));
    await client.query({ query: "SELECT 1", query_params: hundred });
    expect(Object.keys(spans[1]?.attributes ?? {}).filter((key) => key.includes("parameter"))).toHaveLength(
      20,
    );
  });

  it("ends it once, also where the result is closed unread", async () => {
    const { spans, open } = record();
    const client = traceQueries(fake({ query: async () => ({ close: () => undefined }) }), "jiva", open);
    const result = await client.query({ query: "SELECT 1" });
    result.close();
    result.close();
    expect(spans[0]?.ended).toEqual(["ok"]);
  });

  it("names the cause of a statement that was given up", async () => {
    const { spans, open } = record();
    const controller = new AbortController();
    const client = traceQueries(
      fake({
        command: async () => {
          controller.abort(new Cancelled("The request was closed."));
          throw new Error("The user aborted a request.");
        },
      }),
      "jiva",
      open,
    );
    await expect(client.command({ query: "DROP TABLE a", abort_signal: controller.signal })).rejects.toThrow(
      "user aborted",
    );
    expect(spans[0]?.ended).toEqual([controller.signal.reason]);
  });

  it("shows the second try of a query in the span of the first", async () => {
    const { spans, open } = record();
    const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const answers = [
      { json: () => Promise.reject(lost), close: () => undefined },
      { json: async () => [1, 2, 3] },
    ];
    const client = traceQueries(fake({ query: async () => answers.shift() }), "jiva", open, {
      untilBack: async () => true,
    });
    const result = await client.query({ query: "SELECT 1 FROM t" });
    await expect(result.json()).resolves.toEqual([1, 2, 3]);
    expect(spans).toMatchObject([
      {
        attributes: { "jiva.db.tries": 2, "db.response.returned_rows": 3 },
        events: [["database lost", { "exception.message": "read ECONNRESET" }]],
        ended: ["ok"],
      },
    ]);
  });

  it("gives the tables of uploads one name", async () => {
    const { spans, open } = record();
    const client = traceQueries(fake({ command: async () => ({ query_id: "q" }) }), "jiva", open);
    await client.command({ query: "DROP TABLE t_0mwtq5x380123456789ab" });
    await client.command({ query: "DROP TABLE t_shirts" });
    expect(spans.map(({ name }) => name)).toEqual(["DROP table", "DROP t_shirts"]);
  });

  it("leaves everything else to the client", async () => {
    const { spans, open } = record();
    const client = traceQueries(fake({ ping: async () => ({ success: true }) }), "jiva", open);
    await expect(client.ping()).resolves.toEqual({ success: true });
    expect(spans).toEqual([]);
  });
});

describe("describeStatement", () => {
  it.each([
    ["select 1", { operation: "SELECT" }],
    ["WITH a AS (SELECT 1) SELECT * FROM `my table`", { operation: "SELECT", collection: "my table" }],
    ["-- FROM nowhere\nINSERT INTO postings VALUES", { operation: "INSERT", collection: "postings" }],
    ["DROP TABLE IF EXISTS t1", { operation: "DROP", collection: "t1" }],
  ])("%s", (sql, described) => expect(describeStatement(sql)).toEqual(described));
});
