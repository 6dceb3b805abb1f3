import { describe, expect, it } from "vitest";
import { spansToColumns } from "@/lib/trace/span-fixture";
import { parseRunAddress, runAddressSearch } from "./run-address";

const columns = spansToColumns([{ id: 1 }, { id: 255, parent: 1 }]);

describe("the address of a run's view", () => {
  it("reads what it wrote", () => {
    const state = { startNs: -5, endNs: 1_000, selected: { run: 0, span: 1 }, find: "a&b=c" };
    const search = runAddressSearch(state, columns, false);
    expect(search).toBe("?from=-5&to=1000&span=00000000000000ff&find=a%26b%3Dc");
    expect(parseRunAddress(new URLSearchParams(search), columns)).toEqual(state);
  });

  it("is bare for a run as it opens", () => {
    expect(runAddressSearch({ startNs: 0, endNs: 1 }, columns, true)).toBe("");
    expect(parseRunAddress(new URLSearchParams(""), columns)).toBeUndefined();
  });

  it("shows the whole run where the view makes no sense", () => {
    const parsed = parseRunAddress(new URLSearchParams("from=9&to=1&span=xyz&find=q"), columns);
    expect(parsed).toEqual({ startNs: -Infinity, endNs: Infinity, find: "q" });
    expect(parseRunAddress(new URLSearchParams("span=00000000000000aa"), columns)).toBeUndefined();
  });
});
