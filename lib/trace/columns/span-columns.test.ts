import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { columnsToRunSpans, type PlainSpanColumns, runSpansToColumns } from "./plain-span-columns";
import { BadSpanColumns, decodeSpanColumns, encodeSpanColumns } from "./span-columns";

const plain: PlainSpanColumns = {
  run_id: "run-</script>\u2028é",
  start_ns: "1767225600123456789",
  total: 5,
  left_out: 1,
  trace_ids: ["a".repeat(32), "b".repeat(32)],
  names: ["ask", "plan"],
  services: ["jiva"],
  span_id: ["00000000000000ff", "ffffffff00000000", "0000000000000001", "00000000000000ff"],
  parent_id: ["", "00000000000000ff", "ffffffffffffffff", ""],
  trace: [0, 0, 0, 1],
  name: [0, 1, 1, 0],
  service: [0, 0, 0, 0],
  kind: [1, 3, 5, 0],
  work: [0, 1, 8, 2],
  status: [0, 1, 2, 0],
  start_offset_ns: [0, 1_500, 3_600e9 + 1, 0.5],
  duration_ns: [1e12, 0, 1, 7],
};

const hexId = fc
  .tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
  .map(([high, low]) => high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0"))
  .filter((id) => !/^0+$/.test(id));

const spans = fc
  .array(
    fc.record({
      id: fc.oneof(
        hexId,
        fc.nat(20).map((n) => (n + 1).toString(16).padStart(16, "0")),
      ),
      parent: fc.oneof(
        fc.constant(""),
        hexId,
        fc.nat(20).map((n) => (n + 1).toString(16).padStart(16, "0")),
      ),
      trace: fc.nat(2),
      name: fc.nat(299),
      kind: fc.nat(5),
      work: fc.nat(8),
      status: fc.nat(2),
      start: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 2 ** 53 }),
      duration: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 2 ** 53 }),
    }),
    { maxLength: 60 },
  )
  .map(
    (rows): PlainSpanColumns => ({
      run_id: "r",
      start_ns: "1",
      total: rows.length,
      left_out: 0,
      trace_ids: ["x", "y", "z"],
      names: Array.from({ length: 300 }, (_, i) => `name ${i}`),
      services: ["s"],
      span_id: rows.map((row) => row.id),
      parent_id: rows.map((row) => row.parent),
      trace: rows.map((row) => row.trace),
      name: rows.map((row) => row.name),
      service: rows.map(() => 0),
      kind: rows.map((row) => row.kind),
      work: rows.map((row) => row.work),
      status: rows.map((row) => row.status),
      start_offset_ns: rows.map((row) => row.start),
      duration_ns: rows.map((row) => row.duration),
    }),
  );

describe("span columns", () => {
  it("gives back what went in, through bytes and through plain arrays", () => {
    const decoded = decodeSpanColumns(encodeSpanColumns(runSpansToColumns(plain))).columns;
    expect(columnsToRunSpans(decoded)).toEqual(plain);
    expect(Array.from(decoded.parent)).toEqual([-1, 0, -1, -1]);
  });

  it("carries what else travels along, unchanged", () => {
    const about = { run: { question: "Why? ✓", traces: [] } };
    const bytes = encodeSpanColumns(runSpansToColumns(plain), about);
    expect(decodeSpanColumns(bytes).about).toEqual(about);
    expect(decodeSpanColumns(encodeSpanColumns(runSpansToColumns(plain))).about).toBeUndefined();
  });

  it("links parents within a trace only, to the first span of an id", () => {
    fc.assert(
      fc.property(spans, (input) => {
        const { parent } = decodeSpanColumns(encodeSpanColumns(runSpansToColumns(input))).columns;
        const first = new Map<string, number>();
        for (const [i, id] of input.span_id.entries()) {
          const key = `${input.trace[i]} ${id}`;
          if (!first.has(key)) first.set(key, i);
        }
        const expected = input.parent_id.map((id, i) => first.get(`${input.trace[i]} ${id}`) ?? -1);
        expect(Array.from(parent)).toEqual(expected);
      }),
    );
  });

  it("survives bytes at an odd place in their buffer", () => {
    const bytes = encodeSpanColumns(runSpansToColumns(plain));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(columnsToRunSpans(decodeSpanColumns(shifted.subarray(3)).columns)).toEqual(plain);
  });

  it("takes no spans at all", () => {
    const none = {
      ...columnsToRunSpans(
        runSpansToColumns({
          ...plain,
          span_id: [],
          parent_id: [],
          trace: [],
          name: [],
          service: [],
          kind: [],
          work: [],
          status: [],
          start_offset_ns: [],
          duration_ns: [],
        }),
      ),
    };
    expect(decodeSpanColumns(encodeSpanColumns(runSpansToColumns(none))).columns.count).toBe(0);
  });
});

describe("hostile bytes", () => {
  const bytes = encodeSpanColumns(runSpansToColumns(plain));

  it("refuses every prefix", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSpanColumns(bytes.slice(0, length))).toThrow(BadSpanColumns);
    }
  });

  it("never breaks in another way, whatever byte is changed", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          const { columns } = decodeSpanColumns(changed);
          expect(columns.parent.every((index) => index >= -1 && index < columns.count)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(BadSpanColumns);
        }
      }),
      randomCases(200, 1_000),
    );
  });

  it("refuses ids that are no ids", () => {
    expect(() => runSpansToColumns({ ...plain, span_id: ["x", "y", "z", ""] })).toThrow(BadSpanColumns);
  });

  it("refuses a kind, a status and a work that there are not", () => {
    const columns = runSpansToColumns(plain);
    for (const changed of [
      { kindAndStatus: [0, 0, 0, 6] },
      { kindAndStatus: [0, 0x30, 0, 0] },
      { work: [0, 0, 0, 99] },
    ]) {
      const sent = {
        ...columns,
        ...Object.fromEntries(Object.entries(changed).map(([k, v]) => [k, Uint8Array.from(v)])),
      };
      expect(() => decodeSpanColumns(encodeSpanColumns(sent))).toThrow(BadSpanColumns);
    }
  });

  it("refuses times that are not numbers", () => {
    const columns = runSpansToColumns({ ...plain, duration_ns: [Number.NaN, 0, 0, 0] });
    expect(() => decodeSpanColumns(encodeSpanColumns(columns))).toThrow("not a number");
  });
});
