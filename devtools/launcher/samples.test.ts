import fc from "fast-check";
import { expect, it } from "vitest";
import { eventsOf } from "./samples.mjs";

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

it("reads the same events however the bytes are cut", async () => {
  const events = [
    { event: "progress", data: { file: "städte.csv", done: 1, total: 2 } },
    { event: "done", data: { loaded: true } },
  ];
  const text = events
    .map(({ event, data }) => `event: ${event}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`)
    .join("");
  const bytes = new TextEncoder().encode(`: a comment\n\n${text}`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 })), async (sizes) => {
      const read = [];
      for await (const event of eventsOf(inPieces(bytes, sizes))) read.push(event);
      expect(read).toEqual(events);
    }),
  );
});
