import fc from "fast-check";
import { expect, it } from "vitest";
import { maxFindChars, parseFind } from "@/lib/find/find-query";
import { attributeTerm, nameTerm, pathTerm } from "./bounded-term";

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', "\\", "*", "a", ">"), maxLength: 2_000 }),
);
const anyKey = fc.string({ maxLength: 60 });

it("makes terms that the find box takes, whatever the value", () => {
  fc.assert(
    fc.property(anyKey, anyText, (key, value) => {
      for (const term of [attributeTerm(key || "k", value), nameTerm(value)]) {
        expect(term.length).toBeLessThanOrEqual(maxFindChars);
        expect(parseFind(term).query?.any).toHaveLength(1);
      }
    }),
  );
});

it("asks for long values by how they begin", () => {
  expect(nameTerm("short")).toBe('name="short"');
  expect(nameTerm("x".repeat(600))).toBe(`name="${"x".repeat(250)}*"`);
});

it("has no term for paths that are too long", () => {
  expect(pathTerm(["ask", "plan"])).toBe('path="ask>plan"');
  expect(pathTerm(Array.from({ length: 5_000 }, () => "n"))).toBeUndefined();
  expect(pathTerm(["x".repeat(600)])).toBeUndefined();
});
