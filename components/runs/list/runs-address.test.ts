import { describe, expect, it } from "vitest";
import { noFilter, parseRunsFilter, runChartRequest, runsAddress, runsRequest } from "./runs-address";

const nowMs = Date.UTC(2026, 10, 23, 12);
const parse = (text: string) => parseRunsFilter(new URLSearchParams(text));
const searchOf = (address: string) => address.split("?")[1] ?? "";

describe("the address of the list", () => {
  it("reads what it wrote", () => {
    const filter = {
      ...noFilter,
      q: "late & lost?",
      status: "error",
      mode: "it's=&",
      service: "shop",
      range: "24h",
      cursor: "a=b",
    } as const;
    expect(parse(searchOf(runsAddress(filter)))).toEqual(filter);
    const stretch = {
      ...noFilter,
      mode: "",
      from: "2026-11-23T11:00:00.000Z",
      to: "2026-11-23T11:00:00.001Z",
    };
    expect(parse(searchOf(runsAddress(stretch)))).toEqual(stretch);
    expect(runsAddress(parse(""))).toBe("/runs");
  });

  it("leaves out what it does not understand", () => {
    expect(parse("status=maybe&range=toString&service=&cursor=")).toEqual(noFilter);
    for (const wrong of [
      "from=2026-11-23T11:00Z",
      "from=1&to=2",
      "from=2026-11-23T11:00Z&to=2026-11-23T10:00Z",
    ]) {
      expect(parse(wrong)).toEqual(noFilter);
    }
  });

  it("takes a stretch of time before a range, in any zone", () => {
    const { range, from } = parse("range=1h&from=2026-11-23T11:00%2B02:00&to=2026-11-24T00:00Z");
    expect({ range, from }).toEqual({ range: undefined, from: "2026-11-23T09:00:00.000Z" });
  });
});

describe("the calls", () => {
  it("turn a range into a moment and trim the words", () => {
    expect(runsRequest(parse("q=+slow+&range=1h"), nowMs)).toBe(
      "/api/runs?q=slow&from=2026-11-23T11%3A00%3A00.000Z&limit=50",
    );
  });

  it("give the charts the filter without the page", () => {
    expect(runChartRequest(parse("cursor=x"), nowMs)).toBe("/api/run-chart");
    expect(runChartRequest(parse("mode=&cursor=x"), nowMs)).toBe("/api/run-chart?mode=");
  });
});
