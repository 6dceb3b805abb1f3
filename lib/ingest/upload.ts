import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import busboy from "busboy";
import { isDatasetName } from "./file-names";
import type { FileOutcome, IngestOptions } from "./ports";
import { BadUpload, Refusal } from "./refusal";
import { type IngestSession, openSession } from "./session";

export interface Upload {
  readonly body: ReadableStream<Uint8Array> | null;
  /** `multipart/form-data; boundary=…` */
  readonly contentType: string;
  /** Of the whole body, where it was given. */
  readonly contentLength: number | null;
}

/**
 * Reads a form's files as they come, one after the other, never a whole one in memory, and stores each or
 * refuses it with a reason. A text field `dataset` before the files names one dataset for all documents.
 * Throws a BadUpload where there is no form to read; what cancels it or takes the database away leaves the
 * files that were through stored, and nothing of the others.
 */
export async function ingestUpload(upload: Upload, options: IngestOptions): Promise<FileOutcome[]> {
  if (!upload.body) throw new BadUpload("The request has no body. Send the files as multipart/form-data.");
  const form = openForm(upload.contentType, options);
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  let datasetName: string | undefined;
  let session: IngestSession | undefined;
  let readBytes = 0;
  let failure: { readonly error: unknown } | undefined;
  let line: Promise<void> = Promise.resolve();

  const openOnce = () => {
    if (!session) {
      session = openSession(options, { documentsDataset: datasetName, totalBytes: upload.contentLength });
      session.countBytes(readBytes);
    }
    return session;
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    ending.abort(error);
  };

  form.on("field", (name, value, { nameTruncated, valueTruncated }) => {
    if (name !== "dataset" || nameTruncated) {
      fail(new BadUpload(`The form has a field “${name.slice(0, 50)}” that nobody knows. Leave it out.`));
    } else if (session) fail(new BadUpload("Put the field dataset before the files."));
    else if (valueTruncated || !isDatasetName(value)) {
      fail(
        new BadUpload(
          "The dataset's name may hold letters, digits, spaces and . _ - and be 1 to 100 characters long.",
        ),
      );
    } else datasetName = value;
  });
  form.on("file", (_field, stream, { filename }) => {
    // An error before anybody reads has no listener otherwise; reading meets it again.
    stream.on("error", () => undefined);
    const current = openOnce();
    line = line.then(async () => {
      if (failure) return;
      try {
        await current.add(filename ?? "", fileChunks(stream));
      } catch (error) {
        fail(error);
      }
      // What a refusal left unread has to pass, or the form would never end.
      stream.resume();
    });
  });
  form.on("filesLimit", () => {
    const { maxFiles } = options.limits;
    openOnce().refuse(
      "further files",
      `One upload holds at most ${maxFiles} files. Send the rest by another.`,
    );
  });

  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      readBytes += chunk.length;
      session?.countBytes(readBytes);
      done(null, chunk);
    },
  });
  let broken: unknown;
  try {
    await pipeline(Readable.fromWeb(upload.body as NodeReadableStream), count, form, { signal });
  } catch (error) {
    broken = error;
  }
  await line;

  try {
    options.signal.throwIfAborted();
    if (failure) throw failure.error;
    if (!session) {
      throw new BadUpload(
        broken
          ? "The form could not be read to its end. Send it again."
          : "The form holds no file. Add at least one.",
      );
    }
    return await session.finish();
  } catch (error) {
    await session?.abandon();
    throw error;
  }
}

function openForm(contentType: string, { limits }: IngestOptions): busboy.Busboy {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) {
    throw new BadUpload("Send the files as multipart/form-data.");
  }
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      // A path is refused, so it has to be seen.
      preservePath: true,
      limits: { files: limits.maxFiles, fields: 10, fieldSize: 1_000, fieldNameSize: 100, headerPairs: 50 },
    });
  } catch {
    throw new BadUpload("The content type of the form lacks its boundary.");
  }
}

/** The file's bytes. The stream is not destroyed when reading stops early: the form would wait for it. */
async function* fileChunks(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch {
    throw new Refusal("The upload broke off within this file. Send it again.");
  }
}
