// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import type { RunSummary, RunsAnswer } from "@/lib/api/runs";
import { noFilter } from "./runs-address";
import { useHeldRuns } from "./use-runs";

const answer = (...ids: string[]): RunsAnswer => ({
  runs: ids.map(
    (run_id): RunSummary => ({
      run_id,
      trace_ids: [],
      name: "ask",
      question: "",
      mode: "",
      status: "ok",
      service: "jiva",
      started_at: "2026-11-23T19:36:05.000000000Z",
      duration_ms: 1,
      span_count: 1,
      error_count: 0,
    }),
  ),
  next: null,
});

interface Props {
  readonly data: RunsAnswer | undefined;
  readonly isRead: boolean;
  readonly q?: string;
  readonly isPlaceholderData?: boolean;
}

function hold(first: Props) {
  const view = renderHook(
    ({ data, isRead, q = "", isPlaceholderData = false }: Props) =>
      useHeldRuns({ ...noFilter, q }, { data, isPlaceholderData }, isRead),
    { initialProps: first },
  );
  const ids = () => [
    view.result.current.runs.map((run) => run.run_id).join(""),
    view.result.current.newCount,
  ];
  return { ...view, ids };
}

it("follows what comes while nobody reads", () => {
  const { rerender, ids } = hold({ data: undefined, isRead: false });
  expect(ids()).toEqual(["", 0]);
  rerender({ data: answer("a"), isRead: false });
  rerender({ data: answer("b", "a"), isRead: false });
  expect(ids()).toEqual(["ba", 0]);
});

it("holds the rows while somebody reads, until they are shown or left", () => {
  const { rerender, ids, result } = hold({ data: answer("a"), isRead: false });
  const latest = answer("c", "b", "a");
  rerender({ data: latest, isRead: true });
  expect(ids()).toEqual(["a", 2]);
  act(() => result.current.show());
  expect(ids()).toEqual(["cba", 0]);
  rerender({ data: answer("d", "c", "b", "a"), isRead: true });
  expect(ids()).toEqual(["cba", 1]);
  rerender({ data: answer("d", "c", "b", "a"), isRead: false });
  expect(ids()).toEqual(["dcba", 0]);
});

it("shows another list at once, also to who reads", () => {
  const { rerender, ids } = hold({ data: answer("a"), isRead: true });
  // The last list stays until the new one is here.
  rerender({ data: answer("a"), isRead: true, q: "x", isPlaceholderData: true });
  rerender({ data: answer("y", "x"), isRead: true, q: "x" });
  expect(ids()).toEqual(["yx", 0]);
});
