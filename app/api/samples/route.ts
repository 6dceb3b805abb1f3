import { eventStream } from "@/lib/server/http/event-stream";
import { json, readJson, route, wantsEventStream } from "@/lib/server/http/http";
import { loadSamples, readSampleQuestions, samplesRequestSchema } from "@/lib/server/samples";

export const GET = route({}, async (request) => json(await readSampleQuestions(request.signal)));

export const POST = route({ write: "json" }, async (request) => {
  const wish = await readJson(request, samplesRequestSchema);
  const { headers } = request;
  if (!wantsEventStream(request)) return json(await loadSamples(wish, { signal: request.signal, headers }));
  return eventStream(request, (send, signal) =>
    loadSamples(wish, { signal, headers }, (progress) => send("progress", progress)),
  );
});
