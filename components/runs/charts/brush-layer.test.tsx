// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BrushedBuckets } from "./brush";
import { BrushLayer } from "./brush-layer";
import type { ChartSeries } from "./chart-series";

const fromMs = Date.UTC(2026, 10, 23, 19);
const series: ChartSeries = {
  fromMs,
  toMs: fromMs + 10_000,
  bucketMs: 1_000,
  count: 10,
  kinds: [{ label: "Tables", mode: "structured", runs: 3 }],
  buckets: Array.from({ length: 10 }, (_, i) => ({
    startMs: fromMs + i * 1_000,
    atMs: fromMs + i * 1_000 + 500,
    runs: i === 4 ? 3 : 0,
    errors: i === 4 ? 1 : 0,
    kinds: [i === 4 ? { runs: 3, p50Ms: 20, p95Ms: 30 } : undefined],
  })),
  stretches: [],
  works: [],
  durationScale: { isLog: false, lowMs: 0, highMs: 40, ticksMs: [0, 40] },
  maxErrors: 1,
};

function Brush({ onTake }: { readonly onTake: (chosen: BrushedBuckets) => void }) {
  const [chosen, setChosen] = useState<BrushedBuckets | undefined>(undefined);
  return <BrushLayer series={series} chosen={chosen} onChoose={setChosen} onTake={onTake} />;
}

const onTake = vi.fn<(chosen: BrushedBuckets) => void>();
const start = () => screen.getByRole("slider", { name: "Start of the range" });
const end = () => screen.getByRole("slider", { name: "End of the range" });

beforeEach(() => {
  onTake.mockClear();
  render(<Brush onTake={onTake} />);
  // 10 px a bucket.
  vi.spyOn(screen.getByTestId("brush"), "getBoundingClientRect").mockReturnValue(
    new DOMRect(50, 0, 100, 200),
  );
});
afterEach(cleanup);

const pointer = (
  type: "pointerDown" | "pointerMove" | "pointerUp" | "pointerCancel",
  px: number,
  on?: Element,
) =>
  fireEvent[type](on ?? screen.getByTestId("brush"), {
    clientX: 50 + px,
    button: 0,
    isPrimary: true,
    pointerId: 1,
  });

it("takes what a drag touches, whichever way it goes", () => {
  pointer("pointerDown", 57);
  pointer("pointerMove", 40);
  pointer("pointerMove", 31);
  expect(start().getAttribute("aria-valuenow")).toBe("3");
  pointer("pointerUp", 31);
  expect(onTake).toHaveBeenCalledWith({ from: 3, to: 6 });
});

it("takes nothing from a click, a trembling one, or a drag that the system ends", () => {
  pointer("pointerDown", 50);
  pointer("pointerMove", 52);
  pointer("pointerUp", 52);
  pointer("pointerDown", 20);
  pointer("pointerMove", 80);
  pointer("pointerCancel", 80);
  pointer("pointerUp", 80);
  expect(onTake).not.toHaveBeenCalled();
  expect(end().getAttribute("aria-valuenow")).toBe("10");
});

it("moves one edge by its handle", () => {
  pointer("pointerDown", 100, end());
  pointer("pointerMove", 70);
  pointer("pointerUp", 55);
  expect(onTake).toHaveBeenCalledWith({ from: 0, to: 6 });
});

it("moves the edges by keys and takes them on Enter", () => {
  fireEvent.keyDown(start(), { key: "Enter" });
  fireEvent.keyDown(start(), { key: "ArrowRight" });
  fireEvent.keyDown(start(), { key: "PageUp" });
  fireEvent.keyDown(end(), { key: "Home" });
  expect(start().getAttribute("aria-valuemax")).toBe("2");
  expect(end().getAttribute("aria-valuenow")).toBe("3");
  expect(onTake).not.toHaveBeenCalled();
  fireEvent.keyDown(end(), { key: "Enter" });
  expect(onTake).toHaveBeenCalledWith({ from: 2, to: 3 });
});

it("lets a choice go on Escape and leaves other keys to the page", () => {
  fireEvent.keyDown(start(), { key: "ArrowRight" });
  fireEvent.keyDown(start(), { key: "Escape" });
  expect(start().getAttribute("aria-valuenow")).toBe("0");
  // fireEvent tells whether the default was left.
  expect(fireEvent.keyDown(start(), { key: "Escape" })).toBe(true);
  expect(fireEvent.keyDown(start(), { key: "ArrowRight", altKey: true })).toBe(true);
});

it("tells the numbers of the bucket below the pointer", () => {
  pointer("pointerMove", 45);
  expect(screen.getByTestId("bucket-tip").textContent).toContain("3 runs, 1 error (33 %)");
  expect(screen.getByTestId("bucket-tip").textContent).toContain("p50 20.0 ms · p95 30.0 ms");
  fireEvent.pointerLeave(screen.getByTestId("brush"));
  expect(screen.queryByTestId("bucket-tip")).toBeNull();
});
