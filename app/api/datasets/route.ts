import { readDatasetList } from "@/lib/server/datasets";
import { eventStream } from "@/lib/server/http/event-stream";
import { json, route, wantsEventStream } from "@/lib/server/http/http";
import { receiveUpload, uploadStatus } from "@/lib/server/ingest";

export const GET = route({}, async (request) => json(await readDatasetList(request.signal)));

export const POST = route({ write: "upload" }, async (request) => {
  const { headers } = request;
  if (!wantsEventStream(request)) {
    const answer = await receiveUpload(request, { signal: request.signal, headers });
    return hangingUp(json(answer, uploadStatus(answer)));
  }
  return hangingUp(
    eventStream(request, (send, signal) =>
      receiveUpload(request, { signal, headers, onProgress: (progress) => send("progress", progress) }),
    ),
  );
});

/** Of a form with too many files the end is not read: nothing can follow it on its connection. */
function hangingUp(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
}
