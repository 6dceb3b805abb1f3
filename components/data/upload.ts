import { ApiError, parseAnswer, parseJson, problemToError, unreachable } from "@/components/ui/api-client";
import { createEventParser } from "@/components/ui/event-parser";
import {
  type UploadAnswer,
  type UploadProgress,
  uploadAnswerSchema,
  uploadProgressSchema,
} from "@/lib/api/datasets";
import { paths } from "@/lib/api/paths";

/** How far an upload is: bytes sent by the browser, then what the app has read. */
export interface UploadState {
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** The file the app is at, and its rows so far; undefined until the app has told. */
  readonly reading: UploadProgress | undefined;
}

/**
 * Uploads files, documents into a collection where one is named. Answers with a result for each file, also
 * where all were refused. Rejects with an ApiError where the upload as a whole failed, and with the signal's
 * reason when it was cancelled.
 *
 * XMLHttpRequest, because fetch tells nothing about bytes on their way out, and hands out an HTTP/1.1 answer
 * only once the whole request was sent.
 */
export function uploadFiles(
  files: readonly File[],
  collection: string,
  signal: AbortSignal,
  onProgress: (state: UploadState) => void,
): Promise<UploadAnswer> {
  const form = new FormData();
  // The field has to come before the files: the app reads the parts in their order, as they arrive.
  if (collection) form.append("dataset", collection);
  for (const file of files) form.append("file", file);
  let state: UploadState = {
    sentBytes: 0,
    totalBytes: files.reduce((sum, file) => sum + file.size, 0),
    reading: undefined,
  };
  const tell = (part: Partial<UploadState>) => {
    state = { ...state, ...part };
    onProgress(state);
  };

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const results = createResultReader((reading) => tell({ reading }));
    const cancel = () => {
      request.abort();
      reject(signal.reason);
    };
    const settle = (finish: () => void) => {
      signal.removeEventListener("abort", cancel);
      try {
        finish();
      } catch (error) {
        reject(error);
      }
    };
    let readChars = 0;
    const readMore = () => {
      if (!isEventStream(request)) return;
      results.feed(request.responseText.slice(readChars));
      readChars = request.responseText.length;
    };
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      tell({ sentBytes: loaded, totalBytes: total }),
    );
    request.addEventListener("progress", () => {
      try {
        readMore();
      } catch (error) {
        request.abort();
        reject(error);
      }
    });
    request.addEventListener("error", () => settle(() => reject(brokenOff(state))));
    request.addEventListener("load", () =>
      settle(() => {
        readMore();
        resolve(isEventStream(request) ? results.end() : plainResult(request));
      }),
    );
    signal.addEventListener("abort", cancel, { once: true });
    request.open("POST", paths.datasets);
    request.setRequestHeader("accept", "text/event-stream");
    request.setRequestHeader("x-jiva-request", "1");
    request.send(form);
    if (signal.aborted) cancel();
  });
}

/** Before a byte was sent the app cannot be reached. Later some of the files may be stored. */
function brokenOff({ sentBytes }: UploadState): ApiError {
  if (sentBytes === 0) return unreachable();
  return new ApiError({
    type: "about:blank",
    status: 0,
    title: "The upload broke off",
    detail:
      "The connection ended before all files were through. Look at the list for what was stored, then upload the rest.",
  });
}

function isEventStream(request: XMLHttpRequest): boolean {
  return request.getResponseHeader("content-type")?.startsWith("text/event-stream") ?? false;
}

/** An answer that is not a stream: results for each file (also with 207 and 400), or a problem. */
function plainResult(request: XMLHttpRequest): UploadAnswer {
  const body = parseJson(request.responseText);
  const answer = uploadAnswerSchema.safeParse(body);
  if (answer.success) return answer.data;
  if (request.status < 400) return parseAnswer(uploadAnswerSchema, body);
  throw problemToError(request.status, body, request.getResponseHeader("retry-after"));
}

/** Reads the stream of an upload; `end` gives the results or throws what went wrong. */
export function createResultReader(onReading: (progress: UploadProgress) => void): {
  feed(text: string): void;
  end(): UploadAnswer;
} {
  let answer: UploadAnswer | undefined;
  let failure: ApiError | undefined;
  const parser = createEventParser(({ event, data }) => {
    if (event === "progress") onReading(parseAnswer(uploadProgressSchema, parseJson(data)));
    if (event === "done") answer = parseAnswer(uploadAnswerSchema, parseJson(data));
    if (event === "error") failure = problemToError(0, parseJson(data), null);
  });
  return {
    feed: parser.feed,
    end() {
      if (answer) return answer;
      throw (
        failure ??
        new ApiError({
          type: "about:blank",
          status: 0,
          title: "The upload broke off",
          detail:
            "The app stopped while it was reading. Look at the list for what was stored, then upload the rest.",
        })
      );
    },
  };
}
