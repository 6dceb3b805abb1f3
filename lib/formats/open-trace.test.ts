import { describe, expect, it } from "vitest";
import { openTrace } from "./open-trace";

const nowNs = 1_767_225_600_000_000_000n;
const traceId = "0123456789abcdef0123456789abcdef";

const otlpSpan = (spanId: string) => ({
  traceId,
  spanId,
  name: "ask",
  startTimeUnixNano: "1767225600000000001",
  endTimeUnixNano: 1_767_225_600_000_000_000,
});
const request = (...spans: unknown[]) => ({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] });

function open(text: string) {
  const opened = openTrace(text, nowNs);
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}
const failure = (text: string) => {
  const opened = openTrace(text, nowNs);
  return opened.ok ? undefined : opened.error;
};

describe("a trace file", () => {
  it("of OTLP is a request, a list of them, one a line, or Tempo's batches", () => {
    const one = JSON.stringify(request(otlpSpan("00000000000000aa")));
    const two = JSON.stringify(request(otlpSpan("00000000000000bb")));
    for (const text of [one, `\ufeff${one}\n`, one.replace("resourceSpans", "batches")]) {
      expect(open(text)).toMatchObject({ format: "OTLP JSON", spans: [{ spanId: "00000000000000aa" }] });
    }
    for (const text of [`[${one},${two}]`, `${one}\n${two}\n`]) {
      expect(open(text).spans.map(({ spanId }) => spanId)).toEqual(["00000000000000aa", "00000000000000bb"]);
    }
  });

  it("says what was left out, and why", () => {
    const line = JSON.stringify(request(otlpSpan("00000000000000aa"), otlpSpan("zz"), otlpSpan("")));
    expect(open(`${line}\n${line.slice(0, 40)}`).remarks).toEqual([
      { count: 2, what: "spans were left out: the span id is not 8 bytes, or all zero" },
      { count: 1, what: "lines were no JSON and were left out" },
    ]);
  });

  it("of Chrome may end in the middle, as programs leave it that are stopped", () => {
    const whole =
      '[{"ph":"X","name":"a","ts":1,"dur":2,"pid":1,"tid":1},\n{"ph":"X","name":"b","ts":2,"dur":1,"pid":1,"tid":1}';
    for (const text of [whole, `${whole},\n`, `${whole},\n{"ph":"X","na`]) {
      expect(open(text)).toMatchObject({
        format: "Chrome trace JSON",
        spans: [{ name: "a" }, { name: "b" }],
      });
    }
  });

  it("of Chrome may hold two million spaces where it ends: quadratic time would be half a minute", () => {
    const event = '{"ph":"X","name":"a","ts":1,"dur":2,"pid":1,"tid":1}';
    const spaces = " ".repeat(2_000_000);
    expect(open(`[${event},\n{"ph":"X","name":"${spaces}x`).spans).toHaveLength(1);
    expect(failure(`[${event},{"ph":"X","name":"${spaces}x`)).toContain("not valid JSON");
  });

  it.each([
    ["", "The file is empty."],
    ["hello", "not valid JSON"],
    ["<html>", "not valid JSON"],
    ["{}", "no trace"],
    ["[1,2]", "no trace"],
    ["null", "no trace"],
    ['{"resourceSpans":[]}', "holds no spans"],
    ['{"resourceSpans":[5]}', "must be an object"],
    ['{"data":[{"spans":[{}]}]}', "holds no spans: 1 spans had ids"],
    ['{"traceEvents":[{"ph":"C","ts":1}]}', "holds no spans: 1 counter samples were left out"],
  ])("%j is refused with the reason", (text, reason) => {
    expect(failure(text)).toContain(reason);
  });

  it.each([100, 10_000, 1_000_000])("%d brackets deep is read or refused, and never throws", (depth) => {
    const deep = `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    expect(failure(deep)).toMatch(/no trace|deep/);
    const opened = openTrace(`[{"ph":"X","ts":1,"args":{"a":${deep}}}]`, nowNs);
    if (opened.ok) expect(opened.value.spans[0]?.attributes[0]?.key).toBe("a");
    else expect(opened.error).toMatch(/deep/);
  });
});
