import { readDatasetList } from "@/lib/server/datasets";
import { eventStream } from "@/lib/server/http/event-stream";
import { json, route, wantsEventStream } from "@/lib/server/http/http";
import { receiveUpload, uploadStatus } from "@/lib/server/ingest";

export const GET = route({}, async (services, request) =>
  json(await readDatasetList(services, request.signal)),
);

export const POST = route({ write: "upload" }, async (services, request) => {
  const { headers } = request;
  if (!wantsEventStream(request)) {
    const answer = await receiveUpload(services, request, { signal: request.signal, headers });
    return hangingUp(json(answer, uploadStatus(answer)));
  }
  return hangingUp(
    eventStream(request, (send, signal) =>
      receiveUpload(services, request, {
        signal,
        headers,
        onProgress: (progress) => send("progress", progress),
      }),
    ),
  );
});

/** Of a form with too many files the end is not read: nothing can follow it on its connection. */
function hangingUp(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
}
