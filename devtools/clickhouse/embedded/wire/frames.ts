import { Transform } from "node:stream";
import { decompress as unpackZstd } from "fzstd";
import { EngineError } from "../process/engine-error";
import { cityHash128 } from "./city-hash";
import { packLz4, unpackLz4 } from "./lz4";

/**
 * ClickHouse's compressed frames, as clients built on its native protocol send them over HTTP: a checksum of
 * 16 bytes over all that follows, the method, the packed size (with the 9 bytes from the method on), the
 * unpacked size, the data.
 */
const checksumBytes = 16;
const headerBytes = 9;
const methods = { none: 0x02, lz4: 0x82, zstd: 0x90 } as const;
/** Larger ones are refused before memory is taken; clients send blocks of about 1 MiB. */
const maxUnpackedBytes = 256 * 1024 * 1024;
/** The size of a frame that the engine itself would write. */
const frameBytes = 1024 * 1024;

/** The data of the frames in `source`. Throws EngineError when a frame is damaged, cut or too large. */
export async function* readFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Buffer[] = [];
  let size = 0;
  let wanted = checksumBytes + headerBytes;
  for await (const chunk of source) {
    pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    size += chunk.length;
    if (size < wanted) continue;
    let bytes: Buffer = Buffer.concat(pending, size);
    for (;;) {
      wanted = checksumBytes + headerBytes;
      if (bytes.length >= wanted) wanted = frameSize(bytes);
      if (bytes.length < wanted) break;
      yield unpackFrame(bytes.subarray(0, wanted));
      bytes = bytes.subarray(wanted);
    }
    pending = [bytes];
    size = bytes.length;
  }
  if (size > 0)
    throw new EngineError(
      33,
      "CANNOT_READ_ALL_DATA",
      `The body ends within a compressed frame of ${wanted} bytes`,
    );
}

/** The whole size of the frame whose header is there. */
function frameSize(bytes: Buffer): number {
  const packed = bytes.readUInt32LE(checksumBytes + 1);
  const unpacked = bytes.readUInt32LE(checksumBytes + 5);
  if (packed < headerBytes || packed > maxUnpackedBytes || unpacked > maxUnpackedBytes) {
    const message = `A compressed frame of ${packed} bytes with ${unpacked} bytes in it is too large or damaged`;
    throw new EngineError(39, "TOO_LARGE_SIZE_COMPRESSED", message);
  }
  return checksumBytes + packed;
}

/** The data of one whole frame. */
export function unpackFrame(frame: Buffer): Uint8Array {
  const covered = frame.subarray(checksumBytes);
  if (!frame.subarray(0, checksumBytes).equals(cityHash128(covered)))
    throw new EngineError(
      40,
      "CHECKSUM_DOESNT_MATCH",
      "Checksum doesn't match: a compressed frame is corrupted",
    );
  const method = covered[0];
  const size = covered.readUInt32LE(5);
  const packed = covered.subarray(headerBytes);
  try {
    if (method === methods.lz4) return unpackLz4(packed, size);
    if (method === methods.zstd) return checkSize(unpackZstd(packed, new Uint8Array(size)), size);
    if (method === methods.none) return checkSize(packed, size);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(271, "CANNOT_DECOMPRESS", `Cannot decompress a frame: ${why}`);
  }
  const message = `Unknown compression method 0x${(method ?? 0).toString(16)}: send LZ4 or ZSTD`;
  throw new EngineError(89, "UNKNOWN_COMPRESSION_METHOD", message);
}

function checkSize(data: Uint8Array, size: number): Uint8Array {
  if (data.length !== size) throw new Error(`it holds ${data.length} bytes instead of ${size}`);
  return data;
}

/** One frame with `data` in it, packed with LZ4, which every client reads. */
export function packFrame(data: Uint8Array): Buffer {
  const packed = packLz4(data);
  const frame = Buffer.allocUnsafe(checksumBytes + headerBytes + packed.length);
  frame[checksumBytes] = methods.lz4;
  frame.writeUInt32LE(headerBytes + packed.length, checksumBytes + 1);
  frame.writeUInt32LE(data.length, checksumBytes + 5);
  frame.set(packed, checksumBytes + headerBytes);
  frame.set(cityHash128(frame.subarray(checksumBytes)), 0);
  return frame;
}

/** Turns a result into frames. */
export function createFramer(): Transform {
  let pending: Buffer[] = [];
  let size = 0;
  const pack = () => {
    const data = Buffer.concat(pending, size);
    pending = [];
    size = 0;
    return packFrame(data);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pending.push(chunk);
      size += chunk.length;
      done(null, size >= frameBytes ? pack() : undefined);
    },
    flush(done) {
      done(null, size > 0 ? pack() : undefined);
    },
  });
}
