import { describe, expect, it } from "vitest";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { buildFlame, frameName } from "../flame";
import { type FlameMeasure, flameBoxAt, flameBoxes, flameRows, layOutFlame } from "../layout/flame-layout";
import { recordingCanvas } from "../testing/recording-canvas";
import { buildTimeline } from "../timeline";
import { type FlameScene, paintFlame } from "./paint-flame";
import { themes } from "./palette";

const run: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 1_000 },
  { id: 2, parent: 1, name: "plan", duration: 250, work: 1 },
  { id: 3, parent: 1, name: "read", start: 250, duration: 500, work: 4, error: true },
  ...Array.from({ length: 50 }, (_, i) => ({
    id: 10 + i,
    parent: 3,
    name: `page ${i}`,
    start: 250 + i,
    duration: 1,
  })),
];

function sceneOf(
  spans: readonly SpanFixture[],
  changes: Partial<FlameScene> = {},
  measure: FlameMeasure = "busy",
) {
  const flame = buildFlame(buildTimeline([{ runId: "r", title: "", columns: spansToColumns(spans) }]));
  return {
    layout: layOutFlame(flame, measure),
    zoom: -1,
    widthPx: 1_000,
    heightPx: 200,
    scrollPx: 0,
    theme: themes.light,
    ownOnly: false,
    selected: -1,
    hovered: -1,
    active: -1,
    ...changes,
  };
}

const named = (scene: FlameScene) =>
  flameBoxes(scene).map(({ frame, row, xPx, widthPx, merged }) => [
    merged > 0 ? `${merged} merged` : frameName(scene.layout.flame, frame),
    row,
    Math.round(xPx),
    Math.round(widthPx),
  ]);

describe("flameBoxes", () => {
  it("lays children out below their parent and merges what is too narrow", () => {
    expect(named(sceneOf(run))).toEqual([
      ["ask", 0, 0, 1_000],
      ["read", 1, 0, 500],
      ["plan", 1, 500, 250],
      ["50 merged", 2, 0, 50],
    ]);
  });

  it("shows a frame as wide as there is room, with what was merged", () => {
    const whole = sceneOf(run);
    const scene = { ...whole, zoom: 1 };
    expect(flameRows(whole)).toBe(3);
    expect(flameRows(scene)).toBe(2);
    const boxes = named(scene);
    expect(boxes[0]).toEqual(["read", 0, 0, 1_000]);
    expect(boxes[1]).toEqual(["page 0", 1, 0, 2]);
    expect(boxes).toHaveLength(51);
  });

  it("draws only the rows in sight of a deep chain", () => {
    const chain = Array.from({ length: 5_000 }, (_, i) => ({
      id: i + 1,
      parent: i,
      start: i,
      duration: 20_000 - 2 * i,
    }));
    const boxes = flameBoxes(sceneOf(chain, { scrollPx: 20 * 1_000, heightPx: 100 }));
    expect(boxes.map(({ row }) => row)).toEqual([1_000, 1_001, 1_002, 1_003, 1_004, 1_005]);
  });

  it("has nothing to draw where no span lasts", () => {
    expect(named(sceneOf([{ id: 1, name: "ask", duration: 0 }]))).toEqual([]);
  });

  it("is as wide as the critical path on request", () => {
    const parallel: readonly SpanFixture[] = [
      { id: 1, name: "ask", duration: 100 },
      { id: 2, parent: 1, name: "slow", duration: 100 },
      { id: 3, parent: 1, name: "quick", duration: 80 },
    ];
    expect(named(sceneOf(parallel)).map(([name, , , width]) => [name, width])).toEqual([
      ["ask", 1_000],
      ["slow", 556],
      ["quick", 444],
    ]);
    expect(named(sceneOf(parallel, {}, "path")).map(([name, , , width]) => [name, width])).toEqual([
      ["ask", 1_000],
      ["slow", 1_000],
    ]);
  });

  it("knows what is under the pointer", () => {
    const scene = sceneOf(run);
    expect(flameBoxAt(scene, 600, 25)?.frame).toBe(childNamed(scene, "plan"));
    expect(flameBoxAt(scene, 900, 25)).toBeUndefined();
    expect(flameBoxAt(scene, 10, 45)?.merged).toBe(50);
  });
});

function childNamed({ layout: { flame } }: FlameScene, name: string): number {
  return Array.from(flame.name.keys()).findIndex((frame) => frameName(flame, frame) === name);
}

describe("paintFlame", () => {
  it("writes names and times where they fit, and marks errors by a sign", () => {
    const { ctx, drawn } = recordingCanvas();
    paintFlame(ctx, sceneOf(run));
    const texts = drawn.filter(({ kind }) => kind === "text").map(({ text }) => text);
    expect(texts).toEqual(["ask", "1.00 µs", "⚠ read", "500 ns", "plan", "250 ns"]);
  });

  it("keeps every label inside its frame", () => {
    const { ctx, drawn } = recordingCanvas();
    const scene = sceneOf(run, { widthPx: 160 });
    paintFlame(ctx, scene);
    const boxes = flameBoxes(scene);
    for (const text of drawn.filter(({ kind }) => kind === "text")) {
      const inside = boxes.some(
        ({ xPx, widthPx, row }) =>
          text.x >= xPx && text.x + text.width <= xPx + widthPx && Math.floor(text.y / 20) === row,
      );
      expect(inside).toBe(true);
    }
  });

  it("fills only what is a frame's own, on request", () => {
    const widthOf = (ownOnly: boolean) => {
      const { ctx, drawn } = recordingCanvas();
      paintFlame(ctx, sceneOf(run, { ownOnly }));
      return drawn.filter(({ kind, y }) => kind === "box" && y === 0).map(({ width }) => Math.round(width));
    };
    expect(widthOf(false)).toEqual([1_000, 999]);
    expect(widthOf(true)).toEqual([1_000, 999, 250]);
  });
});
