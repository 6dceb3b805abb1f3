// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { StageStrip, stagesToLanes } from "./stage-strip";

afterEach(cleanup);

const stages = [
  { name: "plan", startMs: 0, durationMs: 10 },
  { name: "retrieve.structured", startMs: 10, durationMs: 40 },
  { name: "retrieve.unstructured", startMs: 10, durationMs: 30 },
  { name: "answer", startMs: 50, durationMs: 5 },
];

it("puts stages that overlap into lanes of their own", () => {
  const lanes = stagesToLanes(stages).map((lane) => lane.map((stage) => stage.name));
  expect(lanes).toEqual([["plan", "retrieve.structured", "answer"], ["retrieve.unstructured"]]);
});

it("says every stage's time in words", () => {
  render(<StageStrip stages={stages} totalMs={55} />);
  const items = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(items).toEqual([
    "plan 10.0 ms",
    "retrieve.structured 40.0 ms",
    "retrieve.unstructured 30.0 ms",
    "answer 5.00 ms",
    "total 55.0 ms",
  ]);
});

it("takes a run without stages or time", () => {
  render(<StageStrip stages={[]} totalMs={0} />);
  expect(screen.getAllByRole("listitem")).toHaveLength(1);
});
