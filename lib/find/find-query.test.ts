import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FindTerm, passes, spanFlags } from "@/lib/find/find-terms";
import { findExamples, parseFind, quoteAttribute, quoteFind, quotePath } from "./find-query";

function termsOf(text: string): readonly (readonly { negated: boolean; term: FindTerm }[])[] {
  const { query, error } = parseFind(text);
  if (!query) throw new Error(error);
  return query.any;
}

function termOf(text: string): FindTerm {
  const [[asked] = []] = termsOf(text);
  if (!asked) throw new Error(`${text} holds no term`);
  return asked.term;
}

describe("the find box's language", () => {
  it("asks for every word, and for phrases as they stand", () => {
    expect(termsOf('Time "Out of Memory" x')).toMatchObject([
      [
        { negated: false, term: { kind: "text", test: { kind: "holds", text: "time" } } },
        { negated: false, term: { kind: "text", test: { kind: "holds", text: "out of memory" } } },
        { negated: false, term: { kind: "text", test: { kind: "holds", text: "x" } } },
      ],
    ]);
  });

  it("has alternatives and negations", () => {
    expect(termsOf("a -b or c OR -error").map((all) => all.map(({ negated }) => negated))).toEqual([
      [false, true],
      [false],
      [true],
    ]);
    expect(termsOf("or a or or b or")).toHaveLength(2);
    expect(termsOf("k=yes! no! -")).toHaveLength(1);
    expect(termsOf("k=yes! no! -")[0]).toHaveLength(2);
    expect(termsOf('"or"')).toMatchObject([[{ term: { kind: "text" } }]]);
  });

  it.each([
    [
      "http.route=/api/*",
      { kind: "attribute", key: "http.route", not: false, test: { pieces: ["/api/", ""] } },
    ],
    ["db.name!=Shop", { kind: "attribute", key: "db.name", not: true, test: { pieces: ["shop"] } }],
    ['k=""', { kind: "attribute", key: "k", test: { pieces: [""] } }],
    ["k=a\\*b", { kind: "attribute", key: "k", test: { pieces: ["a*b"] } }],
    ['"my key"="a b"', { kind: "attribute", key: "my key", test: { pieces: ["a b"] } }],
    ['"name"=x', { kind: "attribute", key: "name" }],
    [
      "k=/^a b$/i",
      { kind: "attribute", key: "k", test: { kind: "regex", source: "^a b$", ignoreCase: true } },
    ],
    ["tokens>=1.5e3", { kind: "number", key: "tokens", comparison: ">=", value: 1_500 }],
    ["name=db.*", { kind: "field", field: "name", not: false, test: { pieces: ["db.", ""] } }],
    ["kind!=Client", { kind: "field", field: "kind", not: true }],
    ["work=database", { kind: "field", field: "work" }],
    ["duration>50ms", { kind: "time", field: "duration", comparison: ">", ns: 50e6 }],
    ["self<=2µs", { kind: "time", field: "self", comparison: "<=", ns: 2e3 }],
    ["self<=2\u03bcs", { kind: "time", field: "self", ns: 2e3 }],
    ["start<1.5min", { kind: "time", field: "start", comparison: "<", ns: 90e9 }],
    [
      'path="a>b\\>c>*"',
      { kind: "path", names: [{ pieces: ["a"] }, { pieces: ["b>c"] }, { pieces: ["", ""] }] },
    ],
    ["event=cache.miss", { kind: "event", not: false }],
    ["error", { kind: "is", flag: "error" }],
    ["is:Critical", { kind: "is", flag: "critical" }],
    ["/time( )?out/i", { kind: "text", test: { kind: "regex", source: "time( )?out", ignoreCase: true } }],
    ["/api/users", { kind: "text", test: { kind: "holds", text: "/api/users" } }],
    ["/api", { kind: "text", test: { kind: "holds", text: "/api" } }],
    ["what!", { kind: "text", test: { kind: "holds", text: "what!" } }],
    ["k=yes!", { kind: "attribute", test: { pieces: ["yes!"] } }],
    ["a*b", { kind: "text", test: { kind: "holds", text: "a*b" } }],
  ])("%s", (text, term) => {
    expect(termsOf(text)).toHaveLength(1);
    expect(termOf(text)).toMatchObject(term);
  });

  it.each([
    ["/[a/", "The expression opens [ and does not close it."],
    ["/(?=a)/", "looks ahead or behind"],
    ["/a/g", "The only flag of an expression is i"],
    ["duration>50", "“50” has no unit: write ns"],
    ["duration>50parsecs", "There is no unit “parsecs”"],
    ["duration>soon", "“soon” is not a time"],
    ["duration > 50ms", "without spaces"],
    ["tokens>many", "“many” is not a number"],
    ["name>a", "name is a text"],
    ["k=", "A value comes after k"],
    ["=x", "without spaces"],
    ['"open', "The quotes are not closed"],
    ['""', "There is nothing between the quotes"],
    ['""=x', "Before = stands the name"],
    ["work=databse", "work is one of other, plan"],
    ["status=bad", "status is one of unset, ok, error"],
    ["is:odd", "After is: comes one of error"],
    [Array(21).fill("a").join(" "), "20 things at once"],
  ])("%s is refused in one line", (text, reason) => {
    const { error } = parseFind(text);
    expect(error).toContain(reason);
    expect(error).not.toContain("\n");
  });

  it("never throws", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('"', "/", "=", ">", "-", "or ", "path=", "name!=", "\\", "*", " "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const parsed = parseFind(pieces.join(""));
        expect(parsed.query === undefined).toBe(parsed.error !== undefined);
      }),
    );
  });

  it("knows its own examples", () => {
    for (const [example] of findExamples) expect(parseFind(example).error).toBeUndefined();
    for (const flag of spanFlags) expect(parseFind(`is:${flag}`).error).toBeUndefined();
  });

  it("keeps how a term was written, for the server", () => {
    expect(termsOf('-k="a b" x')).toMatchObject([
      [{ term: { source: 'k="a b"' } }, { term: { source: "x" } }],
    ]);
  });
});

describe("quoted terms", () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.constantFrom('a"b', "a\\", "*", "a>b", "or", "name", "é 💡", "k=v"),
  );

  it("find exactly what they were made of", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (key, value, other) => {
        fc.pre(key !== "" && (key + value).length < 200);
        for (const text of [quoteFind(`x.${key}`, value), quoteAttribute(key, value)]) {
          const term = termOf(text);
          if (term.kind !== "attribute") throw new Error(`${text} became ${term.kind}`);
          expect([term.key, term.not]).toEqual([
            text.startsWith('"x.') || text.startsWith("x.") ? term.key : key,
            false,
          ]);
          expect(passes(term.test, value)).toBe(true);
          expect(passes(term.test, other)).toBe(other.toLowerCase() === value.toLowerCase());
        }
      }),
    );
  });

  it("name fields by their plain names, and attributes of such names in quotes", () => {
    expect(quoteFind("name", "db.query")).toBe('name="db.query"');
    expect(quoteFind("work", "database")).toBe('work="database"');
    expect(quoteAttribute("name", "x")).toBe('"name"="x"');
    expect(termOf(quoteFind("http.route", "/"))).toMatchObject({ kind: "attribute", key: "http.route" });
  });

  it("lead along a path of any names", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (names) => {
        const text = quotePath(names);
        fc.pre(text.length < 400);
        const term = termOf(text);
        if (term.kind !== "path") throw new Error(`${text} became ${term.kind}`);
        expect(term.names.map(({ kind }) => kind)).toEqual(names.map(() => "is"));
        expect(term.names.every((test, i) => passes(test, names[i] ?? ""))).toBe(true);
      }),
    );
  });
});
