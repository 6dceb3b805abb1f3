import { formatBytes } from "@/lib/base/bytes";
import { failed, ok, type Result } from "@/lib/base/result";

/**
 * The text of a file, unzipped where it is gzip. A browser holds about three times as much while it is parsed, and
 * no text of more than 537 million characters at all.
 */
const maxTextBytes = 400_000_000;

/** Fails with a sentence for a person: too large, not whole, no text. `onProgress` hears the share that was read. */
export async function readText(
  file: Blob,
  onProgress: (share: number) => void,
  limitBytes = maxTextBytes,
): Promise<Result<string>> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isZipped = first === 0x1f && second === 0x8b;
  if (!isZipped && file.size > limitBytes) return failed(tooLarge(limitBytes, file.size));
  let readBytes = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        readBytes += chunk.length;
        onProgress(readBytes / file.size);
        controller.enqueue(chunk);
      },
    }),
  );
  const bytes = isZipped ? counted.pipeThrough(new DecompressionStream("gzip")) : counted;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = bytes.getReader();
  const parts: string[] = [];
  let textBytes = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      textBytes += next.value.length;
      if (textBytes > limitBytes) {
        await reader.cancel();
        return failed(tooLarge(limitBytes));
      }
      parts.push(decodeOrThrow(decoder, next.value));
    }
    parts.push(decodeOrThrow(decoder));
  } catch (error) {
    if (error instanceof NoText)
      return failed("The file is no text. A trace file is JSON, or an exported page.");
    return failed(isZipped ? "The zipped file is damaged or cut short." : "The file could not be read.");
  }
  return ok(parts.join(""));
}

class NoText extends Error {}

function decodeOrThrow(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw new NoText();
  }
}

function tooLarge(limitBytes: number, bytes?: number): string {
  const size = bytes === undefined ? "" : ` It has ${formatBytes(bytes)}.`;
  return `The file is too large: ${formatBytes(limitBytes)} of text can be opened.${size} Send it to /v1/traces, or split it.`;
}
