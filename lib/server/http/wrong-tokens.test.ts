import { describe, expect, it } from "vitest";
import { createWrongTokens } from "./wrong-tokens";

function create() {
  const lines: string[] = [];
  const clock = { ms: 1_000_000 };
  return {
    lines,
    clock,
    wrong: createWrongTokens(
      (line) => lines.push(line),
      () => clock.ms,
    ),
  };
}

describe("wrong tokens", () => {
  it("are let through ten times a minute from one address, and logged once", () => {
    const { wrong, lines, clock } = create();
    const waits = Array.from({ length: 12 }, () => wrong.note("203.0.113.7"));
    expect(waits).toEqual([...Array(10).fill(0), 60, 60]);
    expect(wrong.note("203.0.113.8")).toBe(0);
    expect(lines).toEqual(["A wrong token came from 203.0.113.7.", "A wrong token came from 203.0.113.8."]);
    clock.ms += 59_500;
    expect(wrong.note("203.0.113.7")).toBe(1);
    clock.ms += 500;
    expect(wrong.note("203.0.113.7")).toBe(0);
    expect(lines).toHaveLength(3);
  });

  it("of one IPv6 network count together", () => {
    const { wrong } = create();
    for (let n = 0; n < 10; n++) wrong.note(`2001:db8:1:2:${n}::1`);
    expect(wrong.note("2001:db8:1:2::ff")).toBe(60);
    expect(wrong.note("2001:db8:1:3::ff")).toBe(0);
    expect(wrong.note("::1")).toBe(0);
  });

  it("of any number of addresses fill neither the memory nor the log", () => {
    const { wrong, lines } = create();
    for (let n = 0; n < 25_000; n++) wrong.note(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(lines.length).toBeLessThanOrEqual(20);
    // The first address has been forgotten.
    for (let n = 0; n < 10; n++) expect(wrong.note("10.0.0.0")).toBe(0);
  });
});
