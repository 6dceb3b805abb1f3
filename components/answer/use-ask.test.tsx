// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AskAnswer, AskStageEvent } from "@/lib/api/ask";
import { askQuestion } from "./ask-stream";
import { useAsk, withStage } from "./use-ask";

vi.mock("./ask-stream");

interface Call {
  readonly signal: AbortSignal;
  readonly onStage: (stage: AskStageEvent) => void;
  readonly answer: (answer: AskAnswer) => void;
}
let calls: Call[] = [];

beforeEach(() => {
  calls = [];
  vi.mocked(askQuestion).mockImplementation(
    (_question, _mode, signal, onStage) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        calls.push({ signal, onStage, answer: resolve });
      }),
  );
});
afterEach(cleanup);

const answer: AskAnswer = {
  run_id: "r1",
  trace_id: "t1",
  status: "answered",
  mode: "structured",
  answer: "12",
  confidence: 1,
  evidence: [],
  stages: [],
  duration_ms: 1,
  model: "embedded",
};
const sent = { question: "How many?", mode: "auto" } as const;

function call(i: number): Call {
  const found = calls[i];
  if (!found) throw new Error(`question ${i} was not sent`);
  return found;
}

describe("useAsk", () => {
  it("keeps the answer to the latest question only, and cancels the one before", async () => {
    const onAnswer = vi.fn();
    const { result } = renderHook(() => useAsk(onAnswer));
    await act(async () => void result.current.ask(sent));
    await act(async () => void result.current.ask({ ...sent, question: "And now?" }));
    expect(call(0).signal.aborted).toBe(true);
    await act(async () => call(0).answer(answer));
    await act(async () => call(1).answer({ ...answer, run_id: "r2" }));
    expect(onAnswer.mock.calls.map(([, given]) => given.run_id)).toEqual(["r2"]);
    expect(result.current.state).toMatchObject({ phase: "answered", question: "And now?" });
  });

  it("tells a cancel from a failure", async () => {
    const { result } = renderHook(() => useAsk(vi.fn()));
    await act(async () => void result.current.ask(sent));
    await act(async () => result.current.cancel());
    expect(result.current.state).toMatchObject({ phase: "cancelled", question: "How many?" });
    vi.mocked(askQuestion).mockRejectedValueOnce(new Error("broken"));
    await act(async () => void result.current.ask(sent));
    expect(result.current.state).toMatchObject({ phase: "failed", error: { message: "broken" } });
  });

  it("cancels when the page is left", async () => {
    const { result, unmount } = renderHook(() => useAsk(vi.fn()));
    await act(async () => void result.current.ask(sent));
    unmount();
    expect(call(0).signal.aborted).toBe(true);
  });

  it("shows stages as they happen", async () => {
    const { result } = renderHook(() => useAsk(vi.fn()));
    await act(async () => void result.current.ask(sent));
    await act(async () => call(0).onStage({ name: "plan", state: "started" }));
    expect(result.current.state).toMatchObject({ stages: [{ name: "plan", endMs: undefined }] });
  });
});

describe("withStage", () => {
  it("ends the open stage of that name, and leaves out an end without a beginning", () => {
    let stages = withStage([], "read", "started", 1);
    stages = withStage(stages, "read", "ended", 3);
    stages = withStage(stages, "read", "started", 4);
    stages = withStage(stages, "answer", "ended", 5);
    stages = withStage(stages, "read", "ended", 6);
    expect(stages).toEqual([
      { name: "read", startMs: 1, endMs: 3 },
      { name: "read", startMs: 4, endMs: 6 },
    ]);
  });
});
