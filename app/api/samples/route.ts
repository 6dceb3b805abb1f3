import { eventStream } from "@/lib/server/http/event-stream";
import { json, readJson, route, wantsEventStream } from "@/lib/server/http/http";
import { loadSamples, readSampleQuestions, samplesRequestSchema } from "@/lib/server/samples";

export const GET = route({}, async (services, request) =>
  json(await readSampleQuestions(services, request.signal)),
);

export const POST = route({ write: "json" }, async (services, request) => {
  const wish = await readJson(request, samplesRequestSchema);
  const { headers } = request;
  if (!wantsEventStream(request))
    return json(await loadSamples(services, wish, { signal: request.signal, headers }));
  return eventStream(request, (send, signal) =>
    loadSamples(services, wish, { signal, headers }, (progress) => send("progress", progress)),
  );
});
