import { describe, expect, it } from "vitest";
import { contentStems, readQuestion } from "../question";
import { libraryPassages } from "../testing/library";
import { createPassageIndex } from "../testing/passage-index";
import { readPassages, tidySentence } from "./read-passages";

const index = createPassageIndex(libraryPassages);

function read(text: string) {
  const question = readQuestion(text);
  return readPassages(question, index.search(contentStems(question), 10));
}

describe("readPassages", () => {
  it("answers with the sentence that holds the most of the question, and marks it", () => {
    const reading = read("What does an overdue book cost a day?");
    expect(reading).toMatchObject({ supported: true, text: "A book that is overdue costs 20 cents a day." });
    const [evidence] = reading.evidence;
    if (evidence?.kind !== "passage") throw new Error("no passage");
    expect(evidence.passage_id).toBe("p1");
    const best = evidence.marks.find(({ score }) => score === 1);
    expect(evidence.text.slice(best?.start, best?.end)).toBe(reading.text);
    expect(reading.confidence).toBeGreaterThan(0.5);
  });

  it("prefers the sentence that holds the kind of thing asked for", () => {
    expect(read("Why was the roof of Mill Lane mended?").text).toContain("because rain had come in");
    expect(read("How long is a card valid?").text).toBe("A card is valid for two years.");
  });

  it("tells the sentence before where the best goes on from it", () => {
    expect(read("Where is it renewed at the desk without a fee?").text).toBe(
      "A card is valid for two years. It is renewed at the desk without a fee.",
    );
  });

  it.each([
    ["How do penguins sleep?", "They do not mention “penguins” or “sleep”."],
    ["???", "The question has no word to look for."],
  ])("refuses %s", (question, reason) => {
    const reading = read(question);
    expect(reading.supported).toBe(false);
    expect(reading.text).toContain(reason);
    expect(reading.confidence).toBeLessThan(0.3);
  });

  it("refuses what is about a name that no passage holds, and shows what came nearest", () => {
    const reading = read("What does a card cost in Zanzibar?");
    expect(reading).toMatchObject({ supported: false });
    expect(reading.text).toContain("“Zanzibar”");
    expect(reading.evidence).toHaveLength(1);
  });
});

describe("tidySentence", () => {
  it.each([
    ["- **Brakes**\n  first", "Brakes first"],
    ["| Mon | 9:00 |", "Mon · 9:00"],
    ["2. Ring the bell.", "Ring the bell."],
  ])("%j → %j", (text, expected) => expect(tidySentence(text)).toBe(expected));
});
