import { afterEach, describe, expect, it, vi } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { parseFind } from "@/lib/find/find-query";
import { spanPasses, storedTerms } from "@/lib/find/find-terms";
import { encodeSpanBlock } from "@/lib/packed/span-blocks";
import { spansToColumns } from "@/lib/trace/columns/spans-to-columns";
import type { Span } from "@/lib/trace/span";
import type { PackedRun } from "../file/packed-spans";
import { createPackedSearch } from "./search-packed";

const spans = Array.from(
  { length: 25 },
  (_, i): Span => ({
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: (i + 1).toString(16).padStart(16, "0"),
    parentSpanId: "",
    traceState: "",
    name: `span ${i}`,
    kind: "Internal",
    serviceName: "shop",
    scopeName: "",
    scopeVersion: "",
    startNs: nanoseconds(1_767_225_600_000_000_000n + BigInt(i)),
    durationNs: nanoseconds(1n),
    status: "Unset",
    statusMessage: i === 9 ? "refused by the bank" : "",
    attributes: [
      { key: "run_id", value: "the run", type: "string" },
      { key: "step", value: String(i), type: "int" },
      ...(i % 5 === 0
        ? [{ key: "db.query.text", value: `SELECT ${i} FROM Orders`, type: "string" as const }]
        : []),
    ],
    resource: [{ key: "host.name", value: "one", type: "string" }],
    events:
      i === 3
        ? [
            {
              timeNs: nanoseconds(0n),
              name: "cache.miss",
              attributes: [{ key: "key", value: "k7", type: "string" }],
            },
          ]
        : [],
    links: [],
  }),
);

/** In blocks of ten, in another order than the columns', without the last one's details. */
function pack(): PackedRun & { opened: number } {
  const order = spans.slice(0, -1).toReversed();
  const places = spans.map((span) => order.indexOf(span) + 1);
  const packed = {
    columns: spansToColumns(spans, "r"),
    blockSpans: 10,
    blocks: 3,
    places,
    opened: 0,
    readBlock: async (block: number) => {
      packed.opened++;
      return encodeSpanBlock(order.slice(block * 10, block * 10 + 10));
    },
  };
  return packed;
}

const termsOf = (text: string) => {
  const { query, error } = parseFind(text);
  if (!query) throw new Error(error);
  return storedTerms(query);
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe("searching packed runs", () => {
  it.each([
    "orders",
    "step>20",
    "step=7 or bank",
    "key=k*",
    "host.name=one",
    "event=cache.miss",
    "/from orders$/i",
    "the run",
  ])("%s", async (text) => {
    const terms = termsOf(text);
    const found = await createPackedSearch([pack()]).search(0, terms, new AbortController().signal);
    for (const [t, term] of terms.entries()) {
      const expected = spans.slice(0, -1).flatMap((span, i) => (spanPasses(term, span) ? [i] : []));
      expect(Array.from(found[t]?.spans ?? []).sort((a, b) => a - b)).toEqual(expected);
      expect(found[t]?.complete).toBe(true);
    }
  });

  it("tells how far a long search is, and unpacks each block once for all terms", async () => {
    let nowMs = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (nowMs += 40));
    const shares: number[] = [];
    const run = pack();
    await createPackedSearch([run]).search(0, termsOf("a b c"), new AbortController().signal, (share) =>
      shares.push(share),
    );
    expect(shares).toEqual([1 / 3, 2 / 3, 1]);
    expect(run.opened).toBe(3);
  });

  it("ends as soon as nobody waits", async () => {
    const abort = new AbortController();
    const search = createPackedSearch([pack()]).search(0, termsOf("a"), abort.signal);
    abort.abort(new Error("Nobody waits."));
    await expect(search).rejects.toThrow("Nobody waits.");
  });

  it("has at hand what was prepared or searched before", async () => {
    const run = pack();
    const { search, prepare } = createPackedSearch([run]);
    const { signal } = new AbortController();
    await prepare(signal);
    expect(run.opened).toBe(3);
    const [found] = await search(0, termsOf("step>20"), signal);
    expect(Array.from(found?.spans ?? []).sort()).toEqual([21, 22, 23]);
    const [again] = await search(0, termsOf("step>21"), signal);
    expect(Array.from(again?.spans ?? []).sort()).toEqual([22, 23]);
    expect(run.opened).toBe(3);
  });

  it("keeps no more blocks than its bound allows, and opens the others for every search", async () => {
    const [whole] = spans;
    if (!whole) throw new Error("There is no span.");
    const large = encodeSpanBlock([{ ...whole, statusMessage: "ä".repeat(3_500_000) }]);
    const readBlock = vi.fn(async () => large);
    const run = { ...pack(), readBlock };
    const { search, prepare } = createPackedSearch([run]);
    const { signal } = new AbortController();
    await prepare(signal);
    expect(readBlock).toHaveBeenCalledTimes(3);
    // Two of the three fit.
    await search(0, termsOf("step=0"), signal);
    expect(readBlock).toHaveBeenCalledTimes(4);
  });

  it("opens a block once for searches that follow one another at once", async () => {
    const run = pack();
    const { search } = createPackedSearch([run]);
    const first = search(0, termsOf("step>20"), AbortSignal.abort());
    const second = search(0, termsOf("step>21"), new AbortController().signal);
    await expect(first).rejects.toThrow();
    await second;
    expect(run.opened).toBe(3);
  });

  it("says what is wrong with a block that it comes to", async () => {
    const run = { ...pack(), readBlock: async () => Uint8Array.of(7) };
    const { search, prepare } = createPackedSearch([run]);
    const { signal } = new AbortController();
    await expect(prepare(signal)).rejects.toThrow("another version");
    await expect(search(0, termsOf("a"), signal)).rejects.toThrow("another version");
  });
});
