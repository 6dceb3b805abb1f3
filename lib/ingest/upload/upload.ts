import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { formatQuantity } from "@/lib/base/count";
import { isDatasetName } from "../file-names";
import type { FileOutcome, IngestOptions } from "../ports";
import { BadUpload, CutUpload, Refusal } from "../refusal";
import { type IngestSession, openSession } from "./session";
import { SlowLine, watchedLine } from "./slow-line";

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
 * Throws a BadUpload where there is no form to read, and a CutUpload where its line is too slow; what cancels it or
 * takes the database away leaves the files that were through stored, and nothing of the others.
 */
export async function ingestUpload(upload: Upload, options: IngestOptions): Promise<FileOutcome[]> {
  if (!upload.body) throw new BadUpload("The request has no body. Send the files as multipart/form-data.");
  const form = openForm(upload.contentType);
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  let datasetName: string | undefined;
  let session: IngestSession | undefined;
  let readBytes = 0;
  let failure: { readonly error: unknown } | undefined;
  let line: Promise<void> = Promise.resolve();
  let files = 0;
  /** Settles when the last file that has been met gets its turn. */
  let turnOfLast: Promise<void> = line;
  let brokeInFile = false;
  let slowness: SlowLine | undefined;
  let restTimer: ReturnType<typeof setTimeout> | undefined;

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
  const { maxFiles, restMs } = options.limits;
  /** Ends the form once the files that are too many have been counted for as long as that may take. */
  const stopAtRest = () => {
    restTimer ??= setTimeout(() => ending.abort(new EnoughFiles()), restMs);
  };
  form.on("file", (_field, stream, { filename }) => {
    // An error before anybody reads has no listener otherwise; reading meets it again.
    stream.on("error", () => undefined);
    const current = openOnce();
    if (++files > maxFiles) {
      stream.resume();
      if (files === maxFiles + 1) void line.then(stopAtRest);
      return;
    }
    turnOfLast = line;
    line = line.then(async () => {
      if (failure) return;
      try {
        await current.add(filename ?? "", fileChunks(stream, onBroken));
      } catch (error) {
        fail(error);
      }
      // What a refusal left unread has to pass, or the form would never end.
      stream.resume();
    });
  });
  const onBroken = () => {
    brokeInFile = true;
    return new Refusal(
      slowness
        ? `The upload was ended within this file: ${lowerFirst(slowness.message)} Send it again.`
        : "The upload broke off within this file. Send it again.",
    );
  };

  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      readBytes += chunk.length;
      session?.countBytes(readBytes);
      // Small files would otherwise be met by the thousand before the first is stored. Where one waits for its turn,
      // all bytes of those before it are here, so this waits for no byte. And a chunk can hold a thousand parts:
      // between two of them the event loop is free for others.
      void turnOfLast.then(() => setImmediate(() => done(null, chunk)));
    },
  });
  const body = watchedLine(upload.body, options.limits.line, signal);
  let broken: unknown;
  try {
    await pipeline(Readable.from(noted(body), { objectMode: false }), count, form, { signal });
  } catch (error) {
    broken = error;
  }
  await line;
  clearTimeout(restTimer);

  try {
    options.signal.throwIfAborted();
    if (failure) throw failure.error;
    if (!session) {
      if (slowness) throw new CutUpload(slowness.message, []);
      throw new BadUpload(
        broken
          ? "The form could not be read to its end. Send it again."
          : "The form holds no file. Add at least one.",
      );
    }
    const isEnough = ending.signal.reason instanceof EnoughFiles;
    if (files > maxFiles) session.refuse("further files", tooManyFiles(files, maxFiles, isEnough));
    // What came before the break is stored, and would look like all of it.
    else if (broken && !brokeInFile) {
      session.refuse(
        "the rest of the form",
        "The upload broke off behind these files. Send what is missing.",
      );
    }
    const outcomes = await session.finish();
    if (slowness) throw new CutUpload(slowness.message, outcomes);
    return outcomes;
  } catch (error) {
    if (!(error instanceof CutUpload)) await session?.abandon();
    throw error;
  }

  /** Notes why the line was cut before the form hears of it, so that the file under way can say it. */
  async function* noted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      if (error instanceof SlowLine) slowness = error;
      throw error;
    }
  }
}

/** The form is not read to its end, because its further files would not be taken. */
class EnoughFiles extends Error {
  override readonly name = "EnoughFiles";
}

function tooManyFiles(files: number, maxFiles: number, isCut: boolean): string {
  const rest = formatQuantity(files - maxFiles, "more file", "more files");
  return (
    `One upload holds at most ${formatQuantity(maxFiles, "file")}. ` +
    `${isCut ? "At least " : ""}${rest} ${files - maxFiles === 1 && !isCut ? "was" : "were"} not looked at: send them by another.`
  );
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function openForm(contentType: string): busboy.Busboy {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) {
    throw new BadUpload("Send the files as multipart/form-data.");
  }
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      // A path is refused, so it has to be seen.
      preservePath: true,
      // Files that are too many are counted, not hidden: no limit for them here.
      limits: { fields: 10, fieldSize: 1_000, fieldNameSize: 100, headerPairs: 50 },
    });
  } catch {
    throw new BadUpload("The content type of the form lacks its boundary.");
  }
}

/** The file's bytes. The stream is not destroyed when reading stops early: the form would wait for it. */
async function* fileChunks(stream: Readable, onBroken: () => Refusal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch {
    throw onBroken();
  }
}
