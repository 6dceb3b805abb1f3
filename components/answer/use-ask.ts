import { useCallback, useEffect, useRef, useState } from "react";
import type { AskAnswer, AskMode } from "@/lib/api/ask";
import { askQuestion } from "./ask-stream";

/** A stage of the question under way; times are milliseconds since it was sent, by the browser's clock. */
export interface LiveStage {
  readonly name: string;
  readonly startMs: number;
  /** Undefined while it runs. */
  readonly endMs: number | undefined;
}

interface Sent {
  readonly question: string;
  readonly mode: AskMode;
}

export type AskState =
  | { readonly phase: "idle" }
  | ({ readonly phase: "running"; readonly sentAtMs: number; readonly stages: readonly LiveStage[] } & Sent)
  | ({ readonly phase: "answered"; readonly answer: AskAnswer } & Sent)
  | ({ readonly phase: "failed"; readonly error: Error } & Sent)
  | ({ readonly phase: "cancelled"; readonly afterMs: number } & Sent);

/**
 * One question at a time: asking again, and leaving the page, cancel the one under way. `onAnswer` is called
 * once for a question that came to an answer, also one that is a refusal.
 */
export function useAsk(onAnswer: (sent: Sent, answer: AskAnswer) => void) {
  const [state, setState] = useState<AskState>({ phase: "idle" });
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);

  const ask = useCallback(
    async (sent: Sent) => {
      controller.current?.abort();
      const own = new AbortController();
      controller.current = own;
      const sentAtMs = performance.now();
      const isCurrent = () => controller.current === own;
      setState({ phase: "running", sentAtMs, stages: [], ...sent });
      try {
        const answer = await askQuestion(
          sent.question,
          sent.mode,
          own.signal,
          ({ name, state: happened }) => {
            if (!isCurrent()) return;
            const atMs = performance.now() - sentAtMs;
            setState((last) =>
              last.phase === "running"
                ? { ...last, stages: withStage(last.stages, name, happened, atMs) }
                : last,
            );
          },
        );
        if (!isCurrent()) return;
        onAnswer(sent, answer);
        setState({ phase: "answered", answer, ...sent });
      } catch (error) {
        if (!isCurrent()) return;
        if (own.signal.aborted)
          setState({ phase: "cancelled", afterMs: performance.now() - sentAtMs, ...sent });
        else
          setState({
            phase: "failed",
            error: error instanceof Error ? error : new Error(String(error)),
            ...sent,
          });
      }
    },
    [onAnswer],
  );
  const cancel = useCallback(() => controller.current?.abort(), []);
  return { state, ask, cancel };
}

/** The stages after one began or ended. An end without a beginning is ignored. */
export function withStage(
  stages: readonly LiveStage[],
  name: string,
  happened: "started" | "ended",
  atMs: number,
): readonly LiveStage[] {
  if (happened === "started") return [...stages, { name, startMs: atMs, endMs: undefined }];
  const open = stages.findIndex((stage) => stage.name === name && stage.endMs === undefined);
  return stages.map((stage, i) => (i === open ? { ...stage, endMs: atMs } : stage));
}
