import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/**
 * Data flows between the engine and us through named pipes: the engine writes a result with INTO OUTFILE and
 * reads an insert with FROM INFILE. So every format is one exact document, memory stays flat, and a slow client
 * slows the engine down. The binding's own streams cut a result into one document a block, start on the event
 * loop (a scalar subquery held it for 3 s), and its inserts take text formats only.
 */
export type PipePair = { input: string; output: string };

/** Makes `count` pairs of pipes in `folder`, readable by this user only. */
export async function makePipes(folder: string, count: number): Promise<PipePair[]> {
  const pairs = Array.from({ length: count }, (_, i) => ({
    input: join(folder, `input-${i}`),
    output: join(folder, `output-${i}`),
  }));
  const paths = pairs.flatMap((pair) => [pair.input, pair.output]);
  await promisify(execFile)("mkfifo", ["-m", "600", ...paths]);
  return pairs;
}

export type PipeReader = {
  stream: Socket;
  /** Call when the writer is done: what is left in the pipe is still read, then the stream ends. */
  finish(): void;
};

/** Opens the reading end before the engine opens its writing end. */
export function openPipeReader(path: string): PipeReader {
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // A writing end of our own keeps the stream from ending before the engine has come and gone.
  let guard: number | undefined = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const stream = new Socket({ fd: reading, readable: true, writable: false });
  const finish = () => {
    if (guard !== undefined) closeSync(guard);
    guard = undefined;
  };
  stream.once("close", finish);
  return { stream, finish };
}

/**
 * Opens the writing end once the engine has opened its reading end (before that the system refuses), so that
 * nothing written can be lost. Undefined when `given up` first.
 */
export async function openPipeWriter(path: string, givenUp: AbortSignal): Promise<Socket | undefined> {
  for (let tries = 0; !givenUp.aborted; tries++) {
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
    }
    await delay(tries < 50 ? 1 : 10);
  }
  return undefined;
}
