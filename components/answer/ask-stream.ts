import {
  ApiError,
  fetchEvents,
  jsonHeaders,
  parseAnswer,
  parseJson,
  problemToError,
} from "@/components/ui/api-client";
import {
  type AskAnswer,
  type AskMode,
  type AskStageEvent,
  askAnswerSchema,
  askStageEventSchema,
} from "@/lib/api/ask";
import { paths } from "@/lib/api/paths";

/**
 * Asks a question and tells each stage as it begins and ends. Rejects with an ApiError where the question was
 * refused a run, failed or ran out of time, and with the signal's reason when it was cancelled.
 */
export async function askQuestion(
  question: string,
  mode: AskMode,
  signal: AbortSignal,
  onStage: (stage: AskStageEvent) => void,
): Promise<AskAnswer> {
  let answer: AskAnswer | undefined;
  let failure: ApiError | undefined;
  const init = { method: "POST", headers: jsonHeaders, body: JSON.stringify({ question, mode }), signal };
  await fetchEvents(paths.ask, init, ({ event, data }) => {
    if (event === "stage") onStage(parseAnswer(askStageEventSchema, parseJson(data)));
    if (event === "done") answer = parseAnswer(askAnswerSchema, parseJson(data));
    if (event === "error") failure = problemToError(0, parseJson(data), null);
  });
  if (answer) return answer;
  throw failure ?? brokenOff();
}

function brokenOff(): ApiError {
  return new ApiError({
    type: "about:blank",
    status: 0,
    title: "The answer broke off",
    detail: "The app stopped while it was answering. Check that it is still running, then ask again.",
  });
}
