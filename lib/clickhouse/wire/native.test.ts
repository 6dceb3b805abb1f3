import { describe, expect, it } from "vitest";
import { BadNative, readNative } from "./native";

const text = (value: string) => Buffer.concat([Buffer.of(Buffer.byteLength(value)), Buffer.from(value)]);
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** What ClickHouse 26.7 answers to `SELECT toFloat64(1) AS a, toUInt8(2) AS c, SpanName AS n … LIMIT 5 FORMAT Native`. */
const answer = Buffer.from(
  "0305016107466c6f61743634000000000000f03f000000000000f03f000000000000f03f000000000000f03f000000000000f03f" +
    "01630555496e74380202020202016e164c6f7743617264696e616c69747928537472696e67290100000000000000000600000000" +
    "00000500000000000000000e504f5354202f7175657374696f6e04706c616e0c6368617420706c616e6e65720c73747265616d20" +
    "6368756e6b05000000000000000102030404",
  "hex",
);

describe("ClickHouse's Native format", () => {
  it("gives numbers as they stand, and texts with the rows that have them", () => {
    const [block, ...more] = readNative(answer);
    expect(more).toEqual([]);
    expect(block?.rows).toBe(5);
    const [a, c, n] = block?.columns ?? [];
    expect(a && "bytes" in a && new Float64Array(Uint8Array.from(a.bytes).buffer)).toEqual(
      new Float64Array(5).fill(1),
    );
    expect(c && "bytes" in c && Array.from(c.bytes)).toEqual([2, 2, 2, 2, 2]);
    expect(n && "texts" in n && Array.from(n.rows, (row) => n.texts[row])).toEqual([
      "POST /question",
      "plan",
      "chat planner",
      "stream chunk",
      "stream chunk",
    ]);
  });

  it("reads block after block, none, and texts without a dictionary", () => {
    expect([...readNative(Buffer.concat([answer, answer]))].map(({ rows }) => rows)).toEqual([5, 5]);
    expect([...readNative(Buffer.alloc(0))]).toEqual([]);
    const plain = Buffer.concat([Buffer.of(1, 2), text("s"), text("String"), text("é"), text("")]);
    const [column] = [...readNative(plain)][0]?.columns ?? [];
    expect(column && "texts" in column && column.texts).toEqual(["é", ""]);
  });

  it("reads wider indexes, wherever they lie", () => {
    const many = Array.from({ length: 300 }, (_, i) => `t${i}`);
    const indexes = Buffer.alloc(600);
    for (let i = 0; i < 300; i++) indexes.writeUInt16LE(299 - i, 2 * i);
    const head = [Buffer.of(1, 0xac, 0x02), text("n"), text("LowCardinality(String)"), u64(1), u64(0x601)];
    const block = Buffer.concat([...head, u64(300), ...many.map(text), u64(300), indexes]);
    const [column] = [...readNative(block)][0]?.columns ?? [];
    expect(column && "texts" in column && Array.from(column.rows, (row) => column.texts[row])).toEqual(
      many.toReversed(),
    );
  });

  it("says so where the answer breaks off, at every byte", () => {
    for (let length = 1; length < answer.length; length++) {
      expect(() => [...readNative(answer.subarray(0, length))]).toThrow(BadNative);
    }
  });

  it("names a type that it does not read", () => {
    const other = Buffer.concat([Buffer.of(1, 1), text("d"), text("DateTime"), u64(0)]);
    expect(() => [...readNative(other)]).toThrow("DateTime");
  });
});
