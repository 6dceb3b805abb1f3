import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readValue } from "./attribute-value";

const read = (key: string, value: string) => readValue({ key, value, type: "string" });

describe("readValue", () => {
  it.each([
    ["db.client.wait_ms", "1250", "1.25 s"],
    ["timeoutMs", "30", "30.0 ms"],
    ["queue.delay_us", "12.5", "12.5 µs"],
    ["http.server.request.duration", "0.25", "250 ms"],
    ["ingest.file_bytes", "4200", "4.2 kB"],
    ["http.response.body.size", "999", "999 bytes"],
    ["gen_ai.usage.input_tokens", "12345", "12,345 tokens"],
    ["llm.token_count.prompt", "1", "1 token"],
    ["db.response.returned_rows", "1234567", "1,234,567"],
    ["cpu.percent", "42", "42 %"],
    ["job.created_at", "1767225600", "2026-01-01T00:00:00.000Z"],
    ["event.timestamp", "1767225600000", "2026-01-01T00:00:00.000Z"],
    ["start_time_unix_nano", "1767225600000000000", "2026-01-01T00:00:00.000Z"],
  ])("%s = %s", (key, value, text) => expect(read(key, value).text).toBe(text));

  it.each([
    ["server.port", "50051"],
    ["http.response.status_code", "200"],
    ["user.id", "1767225600"],
    ["process.pid", "12345"],
    ["retrieval.score", "7.777413"],
    ["job.created_at", "12"],
    ["wait_ms", "soon"],
    ["wait_ms", ""],
    ["db.query.text", "[not json"],
  ])("leaves %s = %s as it is", (key, value) =>
    expect(read(key, value)).toEqual({ text: value, unit: "none" }),
  );

  it("sets JSON on lines without touching a number or the order of keys", () => {
    const value = '{"b":[1,{"a":9007199254740993}],"1":"x, {y}","e":[],"n":1.0}';
    const { text, unit } = read("tool.arguments", value);
    expect(unit).toBe("json");
    expect(text).toBe(
      [
        "{",
        '  "b": [',
        "    1,",
        "    {",
        '      "a": 9007199254740993',
        "    }",
        "  ],",
        '  "1": "x, {y}",',
        '  "e": [],',
        '  "n": 1.0',
        "}",
      ].join("\n"),
    );
  });

  it("means the same after it has set JSON on lines", () => {
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(read("x", json).text)).toEqual(JSON.parse(json));
      }),
    );
  });

  it("never throws and never loses a value that it does not know", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, value) => {
        const { text, unit } = read(key, value);
        if (unit === "none") expect(text).toBe(value);
      }),
    );
  });
});
