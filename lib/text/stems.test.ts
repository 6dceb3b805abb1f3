import { describe, expect, it } from "vitest";
import { isStopWord, stem, stems } from "./stems";

describe("stem", () => {
  it.each([
    ["Repairs", "repair"],
    ["stations", "station"],
    ["cafés", "cafe"],
    ["1,250.50", "1250.50"],
    ["U.S.", "us"],
    ["Bargeman's", "bargeman"],
    ["E1", "e1"],
  ])("%s → %s", (word, expected) => expect(stem(word)).toBe(expected));

  it("leaves a key of any length as it is, folded", () => {
    expect(stem("A".repeat(5_000))).toBe("a".repeat(5_000));
  });

  it("gives the same when it remembers as when it does not", () => {
    const first = ["Repairing", "Größe", "U.K."].map(stem);
    for (let word = 0; word < 60_000; word++) stem(`word${word}`);
    expect(["Repairing", "Größe", "U.K."].map(stem)).toEqual(first);
  });
});

describe("stems", () => {
  it("leaves out what carries no subject, and keeps repeats", () => {
    expect(stems("What is the deposit for the cargo bikes of the bike scheme?")).toEqual([
      "deposit",
      "cargo",
      "bike",
      "bike",
      "scheme",
    ]);
  });

  it("finds the same stems in a question and in a passage", () => {
    expect(stems("refunded REFUNDS refunding")).toEqual(["refund", "refund", "refund"]);
  });

  it("holds no stop word", () => {
    expect(isStopWord("The")).toBe(true);
    expect(isStopWord("May")).toBe(false);
  });
});
