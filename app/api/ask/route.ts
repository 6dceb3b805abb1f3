import { askRequestSchema } from "@/lib/api/ask";
import { answerQuestion } from "@/lib/server/ask";
import { eventStream } from "@/lib/server/http/event-stream";
import { json, readJson, route, wantsEventStream } from "@/lib/server/http/http";

export const POST = route({ write: "json" }, async (services, request) => {
  const question = await readJson(request, askRequestSchema);
  const { headers } = request;
  if (!wantsEventStream(request)) {
    return json(await answerQuestion(services, question, { signal: request.signal, headers }));
  }
  return eventStream(request, (send, signal) =>
    answerQuestion(services, question, { signal, headers, onStage: (event) => send("stage", event) }),
  );
});
