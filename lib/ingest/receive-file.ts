import { isJobFailed } from "@/lib/workers/job-failed";
import type { Spool } from "@/lib/workers/spool";
import type { JobPool } from "./ports";
import { formatBytes, Refusal } from "./refusal";

/** Passes bytes on and throws a Refusal behind the limit. */
export async function* limitedBytes(
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
 * Writes a file's bytes to the spool while `read` reads them there, and gives what that made of them. Stops
 * receiving where reading fails, and reading where receiving does; both have ended when this settles.
 */
export async function whileReceiving<T>(
  spool: Spool,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const broken = new AbortController();
  let isOver = false;
  const reading = read(AbortSignal.any([signal, broken.signal])).finally(() => {
    isOver = true;
  });
  // It is awaited below, and may fail before that.
  reading.catch(() => undefined);
  try {
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      if (isOver) break;
      await spool.write(chunk);
    }
    signal.throwIfAborted();
  } catch (error) {
    broken.abort(error);
    await reading.catch(() => undefined);
    throw error;
  }
  spool.end();
  return await reading;
}

/** Writes a file's bytes to the spool. */
export async function receiveWhole(
  spool: Spool,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    await spool.write(chunk);
  }
  signal.throwIfAborted();
  spool.end();
}

/** What a lost job means for the file that it read; undefined for an error that is no fault of the file. */
export function refusalOfJob(error: unknown, { limits }: JobPool): Refusal | undefined {
  if (!isJobFailed(error)) return undefined;
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
