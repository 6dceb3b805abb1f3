import { v7 as uuidv7 } from "uuid";
import type { AskAnswer, AskRequest, AskStageEvent, Stage } from "@/lib/api/ask";
import { withDeadline } from "@/lib/base/tasks";
import { findRun } from "@/lib/clickhouse/runs/runs";
import { ask } from "@/lib/retrieval/ask";
import type { StartSpan } from "@/lib/retrieval/ports";
import { withRun } from "@/lib/telemetry/with-run";
import { withSpan } from "@/lib/telemetry/with-span";
import { attributeNames, spanNames } from "@/lib/trace/names";
import { HttpProblem } from "./http/problem";
import type { Services } from "./running";

export interface AskOptions {
  /** Fires when the caller goes away. */
  readonly signal: AbortSignal;
  /** The caller's trace, which the run is linked to. */
  readonly headers: Headers;
  readonly onStage?: (event: AskStageEvent) => void;
}

/**
 * Answers a question as one run: a place at the gate, a trace of its own, a deadline for everything in it.
 * Throws a problem 409 where the chosen run_id exists, TooBusy when the line is full, DeadlineExceeded and
 * Cancelled with the run recorded as an error.
 */
export async function answerQuestion(
  services: Pick<Services, "config" | "questions" | "store" | "stopping" | "database">,
  request: AskRequest,
  options: AskOptions,
): Promise<AskAnswer> {
  const { config, questions, store, stopping, database } = services;
  const runId = request.run_id ?? uuidv7();
  const signal = AbortSignal.any([options.signal, stopping]);
  if (request.run_id && (await findRun(database, request.run_id, signal))) {
    throw new HttpProblem(409, "Run exists", `There is a run ${runId} already. Choose another run_id.`);
  }
  const limitMs = Math.min(request.timeout_ms ?? config.ASK_TIMEOUT_MS, config.ASK_TIMEOUT_MS);

  return questions.run(signal, () =>
    withRun({ runId, name: spanNames.ask, headers: options.headers }, async (run) => {
      const startMs = performance.now();
      const stages: Stage[] = [];
      run.set(attributeNames.question, request.question);
      const answer = await withDeadline(signal, limitMs, (deadline) =>
        ask(
          request.question,
          request.mode,
          {
            store,
            span: recordStages(stages, startMs, options.onStage),
            now: () => performance.now(),
            today: () => new Date(),
          },
          deadline,
        ),
      );
      run.set(attributeNames.mode, answer.mode);
      run.set(attributeNames.answer, answer.answer);
      run.set(attributeNames.answerStatus, answer.status);
      run.set(attributeNames.confidence, answer.confidence);
      run.set(attributeNames.evidenceCount, answer.evidence.length);
      stages.sort((a, b) => a.start_ms - b.start_ms);
      return {
        run_id: runId,
        trace_id: run.traceId,
        ...answer,
        stages,
        duration_ms: roundMs(performance.now() - startMs),
      };
    }),
  );
}

/** Spans of the run that are also noted for the strip under the answer. */
function recordStages(stages: Stage[], startMs: number, onStage: AskOptions["onStage"]): StartSpan {
  return (name, work) =>
    withSpan(name, {}, async (span) => {
      const begunMs = performance.now();
      onStage?.({ name, state: "started" });
      try {
        return await work(span);
      } finally {
        const duration_ms = roundMs(performance.now() - begunMs);
        stages.push({ name, start_ms: roundMs(begunMs - startMs), duration_ms });
        onStage?.({ name, state: "ended" });
      }
    });
}

/** Microseconds are what the clock can tell. */
function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
