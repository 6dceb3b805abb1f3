import { Cancelled } from "@/lib/base/tasks";
import { errorToProblem, problemBody } from "./problem";

export type SendEvent = (event: string, data: unknown) => void;

/**
 * Server-sent events: `work` sends what happens and gives what `done` carries. A failure becomes the event
 * `error` with the problem. `signal` fires when the reader goes away, with the request's signal.
 *
 * Events are few and small (stages, progress steps), so they are queued without waiting for the reader.
 */
export function eventStream(
  request: Request,
  work: (send: SendEvent, signal: AbortSignal) => Promise<unknown>,
): Response {
  const controller = new AbortController();
  const cancel = () => controller.abort(new Cancelled("The request was closed."));
  request.signal.addEventListener("abort", cancel, { once: true });
  if (request.signal.aborted) cancel();
  const encoder = new TextEncoder();

  const body = new ReadableStream<Uint8Array>({
    async start(stream) {
      const send: SendEvent = (event, data) => {
        if (controller.signal.aborted) return;
        stream.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      try {
        send("done", await work(send, controller.signal));
      } catch (error) {
        const problem = errorToProblem(error);
        if (problem.status === 500 && !controller.signal.aborted) console.error(error);
        send("error", problemBody(problem));
      } finally {
        request.signal.removeEventListener("abort", cancel);
        if (!controller.signal.aborted) stream.close();
      }
    },
    cancel,
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" },
  });
}
