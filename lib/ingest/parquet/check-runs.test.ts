import { describe, expect, it } from "vitest";
import { checkRuns } from "./check-runs";

const check = (bytes: number[], width: number, count: number) => () =>
  checkRuns(Uint8Array.from(bytes), 0, width, count);

describe("checkRuns", () => {
  it.each<[string, number[], number, number]>([
    ["repeats", [10, 7], 3, 5],
    ["repeats of wide values", [10, 7, 0], 9, 5],
    ["packed groups, the last filled up", [5, 1, 2, 3, 4, 5, 6], 3, 11],
    ["one after the other", [10, 7, 3, 1, 2, 3, 4, 7], 3, 15],
    ["fewer than there could be", [4, 7], 3, 100],
    ["nothing", [], 3, 0],
  ])("takes %s", (_, bytes, width, count) => expect(check(bytes, width, count)).not.toThrow());

  it.each<[string, number[], number, number, string]>([
    ["a repeat of more than there are", [12, 7], 3, 5, "a run of 6 values where 5 are left"],
    ["2 billion repeats", [0xfe, 0xff, 0xff, 0xff, 0x0f, 0], 1, 20, "a run of 2147483647 values"],
    ["packed groups of more than there are", [7, 1, 2, 3], 1, 15, "a run of 24 values where 15 are left"],
    ["a second run too many", [6, 1, 6, 1], 1, 5, "a run of 3 values where 2 are left"],
    ["a length without end", [255, 255, 255, 255, 255, 1], 1, 5, "more than 32 bits"],
    ["a length that is cut off", [255], 1, 5, "no element 1"],
    ["values of 40 bits", [2, 0], 40, 5, "values of 40 bits"],
  ])("refuses %s", (_, bytes, width, count, reason) => expect(check(bytes, width, count)).toThrow(reason));
});
