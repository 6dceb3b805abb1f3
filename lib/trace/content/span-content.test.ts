import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Attribute, SpanEvent } from "../span";
import { readContent } from "./span-content";

const read = (attributes: Readonly<Record<string, string>>, events: readonly SpanEvent[] = []) =>
  readContent({
    attributes: Object.entries(attributes).map(([key, value]): Attribute => ({ key, value, type: "string" })),
    events,
  });

describe("readContent", () => {
  it("reads the stages of a question", () => {
    expect(
      read({
        question: "How many?",
        answer: "Two.",
        "answer.status": "answered",
        "answer.confidence": "0.97",
        mode: "structured",
        "retrieval.route_reason": "the tables explain all of it",
      }),
    ).toEqual({
      question: "How many?",
      answer: { text: "Two.", status: "answered", confidence: 0.97 },
      route: { mode: "structured", reason: "the tables explain all of it" },
    });
    expect(
      read({
        "retrieval.plan": "count of trips where town is Aston",
        "retrieval.other_plans": '["count of bikes", 3]',
        "retrieval.score": "0.9",
        "retrieval.sql": "SELECT count() FROM t WHERE town = {p0:String}",
        "retrieval.params": '{"p0":"Aston","p1":[1,2]}',
        "retrieval.rows": '{"columns":["count"],"rows":[[2],[null]]}',
        "retrieval.row_count": "2",
      }),
    ).toEqual({
      plan: { text: "count of trips where town is Aston", others: ["count of bikes"], coverage: 0.9 },
      statement: {
        text: "SELECT count() FROM t WHERE town = {p0:String}",
        params: [
          ["p0", "Aston"],
          ["p1", "[1,2]"],
        ],
        rowCount: 2,
        rows: { columns: ["count"], cells: [["2"], [""]] },
      },
    });
  });

  it("reads statements of other applications, new and old", () => {
    expect(
      read({ "db.query.text": "SELECT ?", "db.query.parameter.0": "7", "db.response.returned_rows": "1" }),
    ).toEqual({ statement: { text: "SELECT ?", params: [["0", "7"]], rowCount: 1 } });
    expect(read({ "db.statement": "GET key" })).toEqual({ statement: { text: "GET key", params: [] } });
  });

  it("reads passages with their scores, ours and OpenInference's", () => {
    expect(
      read({
        "gen_ai.retrieval.documents":
          '[{"id":"a.1","score":7.5,"document":"handbook.md","heading":"Tyres","text":"All …"},{"id":"a.2","score":"3"},4]',
        "gen_ai.retrieval.query.text": "tyre bike",
        "retrieval.ideal_score": "10",
      }).passages,
    ).toEqual({
      searchedFor: "tyre bike",
      fullScore: 10,
      passages: [
        { id: "a.1", document: "handbook.md", heading: "Tyres", text: "All …", score: 7.5 },
        { id: "a.2", document: "", heading: "", text: "", score: 3 },
      ],
    });
    expect(
      read({
        "retrieval.documents.1.document.content": "second",
        "retrieval.documents.0.document.content": "first",
        "retrieval.documents.0.document.score": "0.8",
        "retrieval.documents.0.document.metadata": '{"source":"a.md"}',
      }).passages,
    ).toEqual({
      searchedFor: "",
      fullScore: 1,
      passages: [
        { id: "", document: "a.md", heading: "", text: "first", score: 0.8 },
        { id: "", document: "", heading: "", text: "second" },
      ],
    });
  });

  it.each<[string, Record<string, string>]>([
    [
      "OpenTelemetry",
      {
        "gen_ai.input.messages":
          '[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"Hi"}]}]',
        "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"Hello"}]}]',
      },
    ],
    [
      "OpenLLMetry",
      {
        "gen_ai.prompt.0.role": "system",
        "gen_ai.prompt.0.content": "Be brief.",
        "gen_ai.prompt.1.role": "user",
        "gen_ai.prompt.1.content": "Hi",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.content": "Hello",
      },
    ],
    [
      "OpenInference",
      {
        "llm.input_messages.0.message.role": "system",
        "llm.input_messages.0.message.content": "Be brief.",
        "llm.input_messages.1.message.role": "user",
        "llm.input_messages.1.message.content": "Hi",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.content": "Hello",
      },
    ],
    [
      "the Vercel AI SDK",
      {
        "ai.prompt.messages":
          '[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"}]}]',
        "ai.response.text": "Hello",
      },
    ],
  ])("reads prompt and completion as %s writes them", (_, attributes) => {
    const { prompt, completion } = read(attributes);
    expect(prompt).toEqual([
      { role: "system", text: "Be brief." },
      { role: "user", text: "Hi" },
    ]);
    expect(completion).toEqual([{ role: "assistant", text: "Hello" }]);
  });

  it("reads messages out of events", () => {
    const event = (name: string, content: string): SpanEvent => ({
      timeNs: nanoseconds(0n),
      name,
      attributes: [{ key: "content", value: content, type: "string" }],
    });
    expect(read({}, [event("gen_ai.user.message", "Hi"), event("gen_ai.choice", "Hello")])).toEqual({
      prompt: [{ role: "user", text: "Hi" }],
      completion: [{ role: "assistant", text: "Hello" }],
    });
  });

  it("adds tokens up", () => {
    expect(read({ "gen_ai.usage.input_tokens": "120", "gen_ai.usage.output_tokens": "30" }).tokens).toEqual({
      input: 120,
      output: 30,
      total: 150,
    });
    expect(read({ "llm.token_count.total": "7", "llm.token_count.prompt": "many" }).tokens).toEqual({
      total: 7,
    });
  });

  it("takes lists that nest without end", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(
      read({ "retrieval.sql": "SELECT", "retrieval.params": `{"p0":${deep}}` }).statement?.params,
    ).toEqual([["p0", "…"]]);
  });

  it("takes any text anywhere", () => {
    const keys = fc.constantFrom(
      "question",
      "retrieval.plan",
      "retrieval.other_plans",
      "retrieval.sql",
      "retrieval.params",
      "retrieval.rows",
      "gen_ai.retrieval.documents",
      "retrieval.documents.0.document.metadata",
      "gen_ai.input.messages",
      "gen_ai.system_instructions",
      "ai.prompt",
      "gen_ai.usage.input_tokens",
    );
    const values = fc.oneof(fc.string(), fc.json(), fc.constantFrom("[null]", "{}", '{"columns":1}', "[[]]"));
    fc.assert(fc.property(fc.dictionary(keys, values), (attributes) => void read(attributes)));
  });
});
