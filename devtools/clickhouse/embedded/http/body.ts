import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import busboy from "busboy";
import { Decompress } from "fzstd";
import type { NameValue } from "../process/engine";
import { EngineError } from "../process/engine-error";
import { readFrames } from "../wire/frames";
import { stallMs } from "./flow";
import { header } from "./request";

/** A field of a form holds a query or a parameter: text that must be whole in memory. */
const maxFieldBytes = 16 * 1024 * 1024;

/** The request's bytes as the client meant them: unpacked by Content-Encoding, then out of ClickHouse's frames. */
export async function* readBody(req: IncomingMessage, isFramed: boolean): AsyncGenerator<Uint8Array> {
  const decoded = decode(received(req), header(req, "content-encoding") ?? "identity");
  yield* isFramed ? readFrames(decoded) : decoded;
}

/** The bytes as they come; a client that stops sending is cut off. */
async function* received(req: IncomingMessage): AsyncGenerator<Uint8Array> {
  const onStall = () => req.destroy();
  req.socket.setTimeout(stallMs, onStall);
  try {
    for await (const chunk of req) yield chunk as Buffer;
  } finally {
    req.socket.setTimeout(0);
    req.socket.off("timeout", onStall);
  }
}

async function* decode(source: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  if (encoding === "identity" || encoding === "") yield* source;
  else if (encoding === "zstd") yield* unpackZstd(source);
  else {
    const unpack = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress }[encoding];
    if (!unpack)
      throw new EngineError(89, "UNKNOWN_COMPRESSION_METHOD", `Unknown Content-Encoding: ${encoding}`);
    const unpacker = unpack();
    pipeline(source, unpacker, () => {});
    try {
      for await (const chunk of unpacker) yield chunk as Buffer;
    } catch (error) {
      throw toBodyError(error, encoding);
    }
  }
}

async function* unpackZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const unpacker = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(chunk);
  });
  try {
    for await (const chunk of source) {
      unpacker.push(chunk);
      yield* ready;
      ready = [];
    }
    unpacker.push(new Uint8Array(0), true);
  } catch (error) {
    throw toBodyError(error, "zstd");
  }
  yield* ready;
}

function toBodyError(error: unknown, encoding: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") return error;
  const why = error instanceof Error ? error.message : String(error);
  return new EngineError(271, "CANNOT_DECOMPRESS", `Cannot read the body as ${encoding}: ${why}`);
}

/** The fields of a multipart form, which the client uses for parameters that are too long for an address. */
export async function readForm(req: IncomingMessage): Promise<NameValue[]> {
  const fields: NameValue[] = [];
  const form = busboy({ headers: req.headers, limits: { fieldSize: maxFieldBytes, fieldNameSize: 1024 } });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new EngineError(36, "BAD_ARGUMENTS", why));
    form.on("field", (name, value, info) => {
      if (info.valueTruncated) fail(`The form's field ${name} is longer than ${maxFieldBytes} bytes`);
      fields.push([name, value]);
    });
    form.on("file", (name, stream) => {
      stream.resume();
      reject(new EngineError(48, "NOT_IMPLEMENTED", `External tables are not supported here: ${name}`));
    });
    form.on("close", () => resolve(fields));
    form.on("error", (error) =>
      fail(`Cannot read the form: ${error instanceof Error ? error.message : error}`),
    );
    req.on("error", reject);
    req.pipe(form);
  });
}
