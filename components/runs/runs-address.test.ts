import { describe, expect, it } from "vitest";
import { parseRunsFilter, runsAddress, runsRequest } from "./runs-address";

const nowMs = Date.UTC(2026, 10, 23, 12);
const parse = (text: string) => parseRunsFilter(new URLSearchParams(text));

describe("the address of the list", () => {
  it("reads what it wrote", () => {
    const filter = {
      q: "late & lost?",
      status: "error",
      service: "shop",
      range: "24h",
      cursor: "a=b",
    } as const;
    expect(parse(runsAddress(filter).split("?")[1] ?? "")).toEqual(filter);
    expect(runsAddress(parse(""))).toBe("/runs");
  });

  it("leaves out what it does not understand", () => {
    expect(parse("status=maybe&range=toString&service=&cursor=")).toEqual({
      q: "",
      status: undefined,
      service: undefined,
      range: undefined,
      cursor: undefined,
    });
  });
});

describe("runsRequest", () => {
  it("turns a range into a moment and trims the words", () => {
    expect(runsRequest(parse("q=+slow+&range=1h"), nowMs)).toBe(
      "/api/runs?limit=50&q=slow&from=2026-11-23T11%3A00%3A00.000Z",
    );
  });
});
