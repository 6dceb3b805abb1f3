import { describe, expect, it } from "vitest";
import { maxNotedChars } from "@/lib/retrieval/note-evidence";
import { stageAttributes, stageNames } from "@/lib/retrieval/stage-names";
import { attributeNames, maxContentChars, spanNames } from "@/lib/trace/names";

/** Retrieval may not import the names of the trace, so it has its own: here they are held together. */
describe("the stages' names", () => {
  it("are those of the trace", () => {
    expect(Object.values(spanNames)).toEqual(expect.arrayContaining(Object.values(stageNames)));
    expect(Object.values(attributeNames)).toEqual(expect.arrayContaining(Object.values(stageAttributes)));
  });

  it("have lists that are not cut in their middle", () => {
    expect(maxNotedChars).toBeLessThan(maxContentChars);
  });
});
