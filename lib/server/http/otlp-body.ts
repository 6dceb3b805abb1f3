import { Readable } from "node:stream";
import type { ReadableStream as NodeWebStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { isNamed } from "@/lib/base/named-errors";
import { DeadlineExceeded, withDeadline } from "@/lib/base/tasks";
import { otlpLimits } from "@/lib/otlp/otlp-limits";
import type { IntakeRoom } from "@/lib/telemetry/span-intake";
import { badRequest, HttpProblem } from "./problem";

/** A body of 20 MiB over a poor line takes about this long; slower senders are cut off. */
const bodyLimitMs = 60_000;

/**
 * The whole body of an OTLP request, unzipped. Its size is bounded after that, and a body that grows beyond the
 * bound is not unzipped any further. What is read counts against `room`. Throws a problem.
 */
export async function readOtlpBody(request: Request, room: IntakeRoom): Promise<Buffer> {
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "gzip" && encoding !== "identity" && encoding !== "") {
    throw new HttpProblem(415, "Unsupported encoding", "Send the body with gzip, or without compression.");
  }
  if (!request.body) return Buffer.alloc(0);
  if (Number(request.headers.get("content-length")) > otlpLimits.bodyBytes) throw tooLarge();
  const source = Readable.fromWeb(request.body as NodeWebStream<Uint8Array>);
  let hasBrokenOff = false;
  source.once("error", () => {
    hasBrokenOff = true;
  });
  const body = encoding === "gzip" ? unzip(source) : source;
  try {
    return await withDeadline(request.signal, bodyLimitMs, () => collect(body, room));
  } catch (error) {
    if (isNamed(error, DeadlineExceeded)) {
      throw new HttpProblem(408, "Body too slow", `Send the body within ${bodyLimitMs / 1_000} seconds.`);
    }
    if (isZlibError(error)) throw badRequest("The body is not valid gzip.");
    // Seldom read by anybody, but neither a failure of ours nor one for the log.
    if (hasBrokenOff) throw badRequest("The body broke off before its end.");
    throw error;
  } finally {
    body.destroy();
    source.destroy();
  }
}

function unzip(source: Readable): Readable {
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

async function collect(body: Readable, room: IntakeRoom): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > otlpLimits.bodyBytes) throw tooLarge();
    room.take(chunk.byteLength);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(): HttpProblem {
  const megabytes = otlpLimits.bodyBytes / 1024 / 1024;
  return new HttpProblem(413, "Body too large", `A request may hold ${megabytes} MiB. Send smaller batches.`);
}

function isZlibError(error: unknown): boolean {
  const { code } = error instanceof Error ? (error as { code?: unknown }) : {};
  return typeof code === "string" && code.startsWith("Z_");
}
