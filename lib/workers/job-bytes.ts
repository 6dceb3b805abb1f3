import { readSync, writeSync } from "node:fs";
import type { JobBytes, JobRequest } from "./job";

/** Pieces of this size read as fast as larger ones and stay in the processor's cache while they are scanned. */
const pieceBytes = 256 * 1024;

/** The file of a request, read by its descriptor from within the job. */
export function jobBytes(file: JobRequest["file"]): JobBytes {
  if (!file) return { size: noFile, read: noFile, pieces: noFile, replace: noFile };
  const { fd, bytes: size } = file;
  const fill = (buffer: Uint8Array, position: number): Uint8Array => {
    for (let filled = 0; filled < buffer.length; ) {
      const count = readSync(fd, buffer, filled, buffer.length - filled, position + filled);
      if (count === 0) throw new Error("The file is shorter than what was written to it.");
      filled += count;
    }
    return buffer;
  };

  return {
    size: () => size,
    read: (position, length) =>
      fill(new Uint8Array(Math.max(0, Math.min(length, size - position))), position),
    *pieces() {
      const buffer = new Uint8Array(pieceBytes);
      for (let position = 0; position < size; ) {
        const bytes = fill(buffer.subarray(0, Math.min(pieceBytes, size - position)), position);
        yield { position, bytes };
        position += bytes.length;
      }
    },
    replace(position, bytes) {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(fd, bytes, done, bytes.length - done, position + done);
      }
    },
  };
}

function noFile(): never {
  throw new Error("This job was started without a file.");
}
