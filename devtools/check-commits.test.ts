import { expect, test } from "vitest";
import { subjectProblem } from "./check-commits.mjs";

test.each(["fix(door): a body given up halfway", "docs: one page of style", `feat(a,b): ${"x".repeat(60)}`])(
  "%s is a subject",
  (subject) => expect(subjectProblem(subject)).toBeUndefined(),
);

test.each([
  [`fix(door): ${"x".repeat(62)}`, "has 73 characters, 72 at most"],
  ["fixed the door", "does not read `type(room): subject`"],
  ["wip(door): half", "does not read `type(room): subject`"],
  ["fix(door):", "does not read `type(room): subject`"],
])("%s is not", (subject, problem) => expect(subjectProblem(subject)).toBe(problem));
