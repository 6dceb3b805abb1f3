import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventParser, type ServerEvent } from "./event-parser";

function parse(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createEventParser((event) => events.push(event));
  for (const piece of pieces) parser.feed(piece);
  return events;
}

describe("createEventParser", () => {
  it("reads the event's name and its data", () => {
    expect(parse('event: stage\ndata: {"name":"plan"}\n\n')).toEqual([
      { event: "stage", data: '{"name":"plan"}' },
    ]);
  });

  it("joins data lines, skips comments and forgets the name after each event", () => {
    expect(parse(": hello\nevent: a\ndata: 1\ndata:2\n\ndata: 3\n\n")).toEqual([
      { event: "a", data: "1\n2" },
      { event: "message", data: "3" },
    ]);
  });

  it("gives nothing for an event without data or without its end", () => {
    expect(parse("event: a\n\n", "data: unfinished\n")).toEqual([]);
  });

  it("gives the same events however the text is cut and whichever line ends it uses", () => {
    const text = 'event: stage\ndata: {"a":1}\n\n: ping\n\nevent: done\ndata: x\ndata: y\n\n';
    fc.assert(
      fc.property(
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.nat({ max: text.length * 2 }), { maxLength: 12 }),
        (lineEnd, cuts) => {
          // A last line without CR, because a CR at the very end waits for its LF.
          const whole = `${text.replaceAll("\n", lineEnd)}:end`;
          const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b)];
          const pieces = edges.map((edge, i) => whole.slice(edge, edges[i + 1] ?? whole.length));
          expect(parse(...pieces)).toEqual([
            { event: "stage", data: '{"a":1}' },
            { event: "done", data: "x\ny" },
          ]);
        },
      ),
    );
  });

  it("refuses an event without end", () => {
    const parser = createEventParser(() => {});
    expect(() => parser.feed(`data: ${"x".repeat(9 * 1024 * 1024)}`)).toThrow("too large");
  });
});
