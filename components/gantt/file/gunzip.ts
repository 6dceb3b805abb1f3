/** More than any part of a file of ours unzips to: a part that claims more is there to fill the memory. */
const maxBytes = 512 * 1024 * 1024;

/**
 * Unzipped by the browser; rejects if the bytes are not gzip, and if there are too many. The stream is written and read by
 * hand: by way of a Blob and a Response, 100 blocks of a file took 74 ms, and this way 11.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  mostBytes = maxBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // The reading end reports what is wrong with the bytes.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > mostBytes) {
      reader.cancel().catch(() => {});
      throw new Error("A part of the file is larger than any that Jiva writes. Export the run again.");
    }
  }
  const [only] = chunks;
  if (chunks.length === 1 && only?.buffer instanceof ArrayBuffer) return only as Uint8Array<ArrayBuffer>;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
