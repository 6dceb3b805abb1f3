import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { gunzip } from "./gunzip";

it.each([0, 1, 10, 300_000])("unzips %d bytes, in however many pieces they come", async (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * i) % 251);
  expect(await gunzip(new Uint8Array(gzipSync(bytes)))).toEqual(bytes);
});

it.each([
  ["cut short", gzipSync("some text that is long enough").subarray(0, 20)],
  ["no gzip", Buffer.from("some text")],
])("refuses what is %s", async (_, bytes) => {
  await expect(gunzip(new Uint8Array(bytes))).rejects.toThrow();
});

it("stops at its bound", async () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(1_000_000)));
  await expect(gunzip(bomb, 999_999)).rejects.toThrow("larger than any");
  expect(await gunzip(bomb, 1_000_000)).toHaveLength(1_000_000);
});
