import { describe, expect, it } from "vitest";
import { faultOfReason } from "./outcome";

describe("faultOfReason", () => {
  it.each([
    "The Parquet footer cannot be read. Write the file anew.",
    "Row 3 cannot be read: Cannot parse input.",
    "“x” is no name. Rename it.",
  ])("takes %j", (reason) => expect(faultOfReason(reason)).toBeUndefined());

  it.each([
    ["", "too little"],
    ["Cannot read properties of undefined (reading 'x').", "program"],
    ["Maximum call stack size exceeded in the file.", "of the program"],
    ["the file is damaged. Write it anew.", "begin"],
    ["The file is damaged", "end"],
    ["The file holds \u0007 somewhere.", "control"],
    [`The file ${"x".repeat(700)}.`, "characters"],
    ["It failed at read (/srv/lib/x.ts:12:3).", "inside"],
  ])("finds the fault of %j", (reason, fault) => expect(faultOfReason(reason)).toContain(fault));
});
