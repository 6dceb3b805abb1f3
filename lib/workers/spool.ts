import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

/**
 * A file on disk that holds what a person sent while jobs read it: what is read more than once need not be held
 * in memory. It has no name after it was opened, so the disk is
 * free again however the process ends.
 */
export interface Spool {
  readonly bytes: number;
  /** What a job needs to read it. */
  readonly file: { readonly fd: number };
  write(chunk: Uint8Array): Promise<void>;
  read(start: number, length: number): Promise<Uint8Array>;
  stream(start: number): Readable;
  close(): Promise<void>;
}

const streamChunkBytes = 256 * 1024;

export async function openSpool(): Promise<Spool> {
  const path = join(tmpdir(), `jiva-upload-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  let bytes = 0;
  const read = async (start: number, length: number) => {
    const buffer = new Uint8Array(Math.max(0, Math.min(length, bytes - start)));
    for (let filled = 0; filled < buffer.length; ) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
      if (bytesRead === 0) throw new Error("The spool file is shorter than what was written to it.");
      filled += bytesRead;
    }
    return buffer;
  };
  return {
    get bytes() {
      return bytes;
    },
    file: { fd: file.fd },
    async write(chunk) {
      await writeAll(file, chunk, bytes);
      bytes += chunk.length;
    },
    read,
    // Not the handle's own stream: that closes the file with itself when it is destroyed.
    stream(start) {
      const chunks = async function* () {
        for (let at = start; at < bytes; at += streamChunkBytes) yield await read(at, streamChunkBytes);
      };
      return Readable.from(chunks(), { objectMode: false });
    },
    close: () => file.close(),
  };
}

/** A spool that holds `bytes`. */
export async function spoolOf(bytes: Uint8Array): Promise<Spool> {
  const spool = await openSpool();
  try {
    await spool.write(bytes);
    return spool;
  } catch (error) {
    await spool.close();
    throw error;
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}
