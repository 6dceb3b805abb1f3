import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import type { GanttState } from "./state";
import { parseView, viewToSearch } from "./view-address";

const runs = [
  { columns: spansToColumns([{ id: 1 }, { id: 255, parent: 1 }]) },
  { columns: spansToColumns([{ id: 1 }, { id: 7, parent: 1 }]) },
];
const totalNs = 1_000_000;
const parse = (text: string) => parseView(new URLSearchParams(text), runs);

describe("the address of a view", () => {
  it("reads what it wrote", () => {
    const state: GanttState = {
      startNs: -5,
      endNs: 1_000,
      selected: { run: 0, span: 1 },
      find: "a&b=c",
      hide: true,
      panel: "flame",
      folds: {
        depth: 3,
        turned: [
          { run: 0, span: 0 },
          { run: 1, span: 1 },
        ],
      },
    };
    const search = viewToSearch(state, totalNs, runs);
    expect(search).toBe(
      "?from=-5&to=1000&span=00000000000000ff&find=a%26b%3Dc&hide=1&panel=flame&fold=3&turned=0000000000000001_1.0000000000000007",
    );
    expect(parse(search)).toEqual(state);
  });

  it("reads whatever it wrote", () => {
    const span = fc.record({ run: fc.nat(1), span: fc.nat(1) });
    const state = fc.record(
      {
        startNs: fc.integer({ min: 0, max: 1_000 }),
        endNs: fc.integer({ min: 1_001, max: 900_000 }),
        selected: span,
        find: fc.string({ minLength: 1, maxLength: 100 }),
        hide: fc.constant(true),
        panel: fc.constantFrom("stages" as const, "flame" as const),
        folds: fc.record({
          depth: fc.oneof(fc.nat(5_000), fc.constant(Number.POSITIVE_INFINITY)),
          turned: fc.array(span, { maxLength: 40 }),
        }),
      },
      { requiredKeys: ["startNs", "endNs"] },
    );
    fc.assert(
      fc.property(state, (each) => {
        expect(parse(viewToSearch(each, totalNs, runs))).toEqual(each);
      }),
    );
  });

  it("is bare for runs as they open", () => {
    expect(viewToSearch({ startNs: -20_000, endNs: 1_020_000 }, totalNs, runs)).toBe("");
    expect(parse("")).toBeUndefined();
  });

  it.each([
    "span=00000000000000aa",
    "span=xyz",
    "span=9.0000000000000001",
    "from=9&to=1",
    "from=1e3&to=2e3",
    "hide=yes",
    "panel=__proto__",
    "fold=-1",
    "turned=0000000000000001",
    "unknown=1",
  ])("leaves out what makes no sense: %s", (text) => expect(parse(text)).toBeUndefined());

  it("keeps what makes sense beside what does not, in bounds", () => {
    const turned = Array(100).fill("0000000000000001").join("_");
    const parsed = parse(`from=9&to=1&find=${"x".repeat(9_000)}&fold=none&turned=zz_${turned}`);
    expect(parsed?.startNs).toBe(Number.NEGATIVE_INFINITY);
    expect(parsed?.find).toHaveLength(500);
    expect(parsed?.folds?.turned.length).toBeLessThanOrEqual(40);
  });
});
