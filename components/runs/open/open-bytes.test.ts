import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readText } from "./open-bytes";

const nothing = () => undefined;
const text = '{"resourceSpans":[]} · 🚲 '.repeat(2_000);

describe("the text of a file", () => {
  it("comes plain and unzipped, with the share that was read", async () => {
    const shares: number[] = [];
    expect(await readText(new Blob([text]), (share) => shares.push(share))).toEqual({
      ok: true,
      value: text,
    });
    expect(shares.at(-1)).toBe(1);
    expect(await readText(new Blob([gzipSync(text)]), nothing)).toEqual({ ok: true, value: text });
    expect(await readText(new Blob([]), nothing)).toEqual({ ok: true, value: "" });
  });

  it.each([
    ["too large", new Blob([text]), "too large: 20 kB of text can be opened. It has"],
    ["too large once unzipped", new Blob([gzipSync(text)]), "too large: 20 kB of text can be opened."],
    ["cut short", new Blob([gzipSync(text.slice(0, 9_000)).subarray(0, 60)]), "damaged or cut short"],
    ["no text", new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff)]), "no text"],
  ])("that is %s is refused with the reason", async (_, file, reason) => {
    const read = await readText(file, nothing, 20_000);
    expect(read).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
  });
});
