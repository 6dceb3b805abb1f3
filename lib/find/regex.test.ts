import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { compileRegex, maxTestedChars } from "./regex";
import { BadRegex } from "./regex-syntax";

const atom = fc.oneof(
  fc.constantFrom("a", "b", "A", "é", "É", "1", "_", " ", "\\.", "\\/", "-"),
  fc.constantFrom(
    ".",
    "\\d",
    "\\w",
    "\\W",
    "\\S",
    "[ab]",
    "[^a]",
    "[a-c1]",
    "[\\d-]",
    "\\x41",
    "\\u00e9",
    "[é-ü]",
  ),
);
const assertion = fc.constantFrom("^", "$", "\\b", "\\B");
const quantifier = fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,}", "*?");
const { expression } = fc.letrec<{ expression: string; term: string }>((tie) => ({
  term: fc.oneof(
    { depthSize: "small" },
    atom,
    assertion,
    fc.tuple(atom, quantifier).map((parts) => parts.join("")),
    tie("expression").map((inner) => `(${inner})`),
    fc.tuple(tie("expression"), quantifier).map(([inner, q]) => `(?:${inner})${q}`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(?<n>${a}|${b})`.replace("<n>", ":")),
  ),
  expression: fc.array(tie("term"), { maxLength: 4 }).map((terms) => terms.join("")),
}));
const text = fc
  .array(fc.constantFrom("a", "b", "A", "B", "c", "é", "É", "1", "_", " ", ".", "-", "\n"), {
    maxLength: 12,
  })
  .map((chars) => chars.join(""));

describe("regular expressions", () => {
  it("match what JavaScript's match", () => {
    fc.assert(
      fc.property(expression, fc.boolean(), fc.array(text, { maxLength: 6 }), (source, ignoreCase, texts) => {
        fc.pre(source.length <= 100);
        const theirs = new RegExp(source, ignoreCase ? "ui" : "u");
        const ours = compileRegex(source, ignoreCase);
        for (const each of texts)
          expect([source, each, ours.test(each)]).toEqual([source, each, theirs.test(each)]);
      }),
      randomCases(300, 1_500),
    );
  });

  it.each(["(a+)+$", "(a|a)*b", "(.*)*(.*)*x", "a*a*a*a*a*a*a*b", "(a?){100}a{100}"])(
    "%s ends soon",
    (source) => {
      expect(compileRegex(source, true).test(`${"a".repeat(5_000)}!`)).toBe(source === "(a?){100}a{100}");
    },
  );

  it.each([
    ["[a", "opens [ and does not close it"],
    ["(a", "opens a group that is not closed"],
    ["a)", "closes a group that is not open"],
    ["*a", "has nothing before * to repeat"],
    ["a**", "repeats a repetition"],
    ["^*", "repeats something that is no character"],
    ["a{3,1}", "counts backwards in {3,1}"],
    ["a{1000}", "repeats more than 200 times"],
    ["((a{200}){200})", "is too large"],
    ["(?=a)", "looks ahead or behind"],
    ["(?<!a)b", "looks ahead or behind"],
    ["(a)\\1", "refers back to a group"],
    ["\\p{L}", "class of Unicode"],
    ["\\q", "unknown escape \\q"],
    ["\\", "ends with a backslash"],
    ["[b-a]", "goes backwards"],
    ["\\u12", "broken code"],
    ["x".repeat(201), "longer than 200"],
    ["(".repeat(60) + ")".repeat(60), "too deep"],
  ])("%s is refused in words", (source, reason) => {
    expect(() => compileRegex(source, false)).toThrow(BadRegex);
    expect(() => compileRegex(source, false)).toThrow(reason);
  });

  it("take what lies beyond the first plane for one character", () => {
    expect(compileRegex("^.$", false).test("💡")).toBe(true);
    expect(compileRegex("[💡-💫]", false).test("a💢")).toBe(true);
    expect(compileRegex("^[^x]{2}$", false).test("💡")).toBe(false);
  });

  it("look at the beginning of long texts", () => {
    const late = `${" ".repeat(maxTestedChars)}x`;
    expect(compileRegex("x", false).test(late)).toBe(false);
    expect(compileRegex("x", false).test(late.slice(1))).toBe(true);
  });

  it("are written for RE2 without anything left to guess", () => {
    expect(compileRegex("^A.[b-d]+(x|y)?\\b$", true).re2).toBe(
      "(?s)^[\\x{41}-\\x{41}\\x{61}-\\x{61}][\\x{0}-\\x{9}\\x{B}-\\x{C}\\x{E}-\\x{2027}\\x{202A}-\\x{10FFFF}][\\x{42}-\\x{44}\\x{62}-\\x{64}]+(?:[\\x{58}-\\x{58}\\x{78}-\\x{78}]|[\\x{59}-\\x{59}\\x{79}-\\x{79}]){0,1}\\b$",
    );
  });
});
