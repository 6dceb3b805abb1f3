import { formatBytes } from "@/lib/base/bytes";
import { isNamed } from "@/lib/base/named-errors";
import { JobFailed } from "@/lib/workers/job-failed";
import { openSpool, type Spool } from "@/lib/workers/spool";
import type { IngestOptions, JobPool } from "../ports";
import { Refusal } from "../refusal";

/** Passes bytes on and throws a Refusal behind the limit. */
async function* limitedBytes(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new Refusal(`The file is larger than ${formatBytes(maxBytes)}. Split it, or raise the limit.`);
    }
    yield chunk;
  }
}

/**
 * Receives a file on disk, and works on it once all of it is there. Not before: a slow line would hold a thread of the
 * pool and a place for hours, and the others would wait. The file is gone when this settles.
 */
export async function withReceived<T>(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  { signal, atWork = (work) => work(signal) }: Pick<IngestOptions, "signal" | "atWork">,
  work: (spool: Spool, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const spool = await openSpool();
  try {
    for await (const chunk of limitedBytes(chunks, maxBytes)) {
      signal.throwIfAborted();
      await spool.write(chunk);
    }
    signal.throwIfAborted();
    return await atWork((workSignal) => work(spool, workSignal));
  } finally {
    await spool.close();
  }
}

/** What a lost job means for the file that it read; undefined for an error that is not the file's fault. */
export function refusalOfJob(error: unknown, { limits }: JobPool): Refusal | undefined {
  if (!isNamed(error, JobFailed)) return undefined;
  const { failure, errorName, message } = error;
  if (failure === "error" && errorName === "Refusal") return new Refusal(message);
  if (failure === "memory") {
    return new Refusal(
      `The file could not be read: reading it took more than ${formatBytes(limits.residentBytes)} of memory. ` +
        "Split it into smaller ones.",
    );
  }
  if (failure === "time") {
    return new Refusal(
      `The file could not be read: reading it took more than ${Math.round(limits.busyMs / 1000)} s. ` +
        "Split it into smaller ones.",
    );
  }
  return new Refusal(
    failure === "died"
      ? "The file could not be read: whatever read it ended before it was through. Write the file anew."
      : "The file could not be read: it is damaged, or written in a way that is not known here. Write it anew.",
  );
}
