import { describe, expect, it } from "vitest";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { sizes, visibleRows } from "../layout/layout";
import { mergeAll } from "../layout/merge";
import { wholeView } from "../layout/scale";
import type { Scene } from "../layout/scene";
import { recordingCanvas } from "../testing/recording-canvas";
import { buildTimeline } from "../timeline";
import { fitText, fonts } from "./canvas";
import { paint } from "./paint";
import { minimapLanes, paintMinimap, paintMinimapWindow } from "./paint-minimap";
import { themes, workColours } from "./palette";

function sceneOf(spans: readonly SpanFixture[], changes: Partial<Scene> = {}): Scene {
  const timeline = buildTimeline([{ runId: "r", title: "t", columns: spansToColumns(spans) }]);
  const closed = changes.closed ?? new Uint8Array(timeline.count);
  return {
    timeline,
    rows: visibleRows(timeline, closed),
    view: { startNs: 0, endNs: 1_000 },
    widthPx: 1_300,
    heightPx: 226,
    treePx: 300,
    scrollPx: 0,
    theme: themes.light,
    closed,
    selected: -1,
    hovered: -1,
    matches: null,
    matchesBefore: null,
    pointerPx: null,
    eventsNs: [],
    focused: false,
    band: null,
    ...changes,
  };
}

function drawnOf(scene: Scene) {
  const { ctx, drawn } = recordingCanvas();
  paint(ctx, scene);
  return drawn;
}

const texts = (drawn: ReturnType<typeof drawnOf>) =>
  drawn.map(({ text }) => text).filter((text) => text !== "");

describe("paint", () => {
  it("puts a bar where its time is, in the colour of its work", () => {
    const drawn = drawnOf(sceneOf([{ id: 1, start: 250, duration: 500, work: 1, name: "plan" }]));
    const bar = drawn.find(({ kind, colour }) => kind === "path" && colour === workColours.plan.fill);
    expect(bar).toMatchObject({ x: 550, width: 500, y: sizes.axisPx + 4 });
  });

  it("draws only the rows in sight", () => {
    const spans = Array.from({ length: 1_000 }, (_, i) => ({ id: i + 1, name: `span ${i}`, duration: 10 }));
    const names = texts(drawnOf(sceneOf(spans, { scrollPx: 100 * sizes.rowPx }))).filter((text) =>
      /^span \d+$/.test(text),
    );
    // 200 px of rows: the 101st to the 110th, each named in the tree.
    expect([...new Set(names)]).toEqual(Array.from({ length: 10 }, (_, i) => `span ${100 + i}`));
  });

  it("says errors in words, stripes and an outline", () => {
    const drawn = drawnOf(sceneOf([{ id: 1, duration: 200, error: true }]));
    expect(texts(drawn)).toContain("200 ns · error");
    expect(drawn.filter(({ colour }) => colour === themes.light.error).length).toBeGreaterThan(3);
  });

  it("names a bar inside where that fits, and never beyond its end", () => {
    const named = sceneOf([{ id: 1, duration: 900, name: "long enough" }], { treePx: 0 });
    expect(drawnOf(named).find(({ text }) => text === "long enough")).toMatchObject({ x: 5 });
    const narrow = sceneOf([{ id: 1, duration: 20, name: "long enough" }], { treePx: 0 });
    expect(texts(drawnOf(narrow))).not.toContain("long enough");
  });

  it("writes the duration beside the bar, before it at the right edge, inside where both are out of sight", () => {
    const at = (start: number, duration: number) =>
      drawnOf(sceneOf([{ id: 1, start, duration }], { treePx: 0 })).find(
        ({ text }) => text === `${duration} ns`,
      );
    expect(at(0, 100)?.x).toBe(136);
    expect(at(950, 50)?.x).toBeLessThan(950 * 1.3);
    expect(at(0, 999)?.x).toBeGreaterThan(1_200);
  });

  it("points to a bar outside the view", () => {
    const drawn = drawnOf(sceneOf([{ id: 1, start: 5_000, duration: 10 }]));
    expect(
      drawn.some(({ kind, x, colour }) => kind === "path" && x > 1_285 && colour === themes.light.muted),
    ).toBe(true);
  });

  it("shows what a closed row hides", () => {
    const drawn = drawnOf(
      sceneOf(
        [
          { id: 1, duration: 1_000 },
          { id: 2, parent: 1, start: 100, duration: 100, work: 6, error: true },
        ],
        { closed: Uint8Array.of(1, 0) },
      ),
    );
    expect(texts(drawn)).toContain("+1");
    expect(drawn.find(({ colour }) => colour === workColours.database.fill)).toMatchObject({
      x: 400,
      width: 100,
    });
    expect(
      drawn.some(({ kind, colour, x }) => kind === "box" && colour === themes.light.error && x === 400),
    ).toBe(true);
  });

  it("draws the critical path below the bars, and below a closed one that of what it hides", () => {
    const spans = [
      { id: 1, duration: 1_000 },
      { id: 2, parent: 1, start: 100, duration: 400 },
    ];
    const lines = (closed: Uint8Array) =>
      drawnOf(sceneOf(spans, { closed }))
        .filter(({ kind, colour }) => kind === "box" && colour === themes.light.text)
        .map(({ x, y, width }) => [x - 300, x - 300 + width, y > sizes.axisPx + sizes.rowPx]);
    expect(lines(new Uint8Array(2))).toEqual([
      [0, 100, false],
      [500, 1_000, false],
      [100, 500, true],
    ]);
    expect(lines(Uint8Array.of(1, 0))).toEqual([
      [0, 100, false],
      [500, 1_000, false],
      [100, 500, false],
    ]);
  });

  it("says in a closed row how much of what it hides was found", () => {
    const scene = sceneOf(
      [
        { id: 1, duration: 9 },
        { id: 2, parent: 1 },
        { id: 3, parent: 1 },
      ],
      {
        closed: Uint8Array.of(1, 0, 0),
        matches: Uint8Array.of(0, 1, 0),
        matchesBefore: Int32Array.of(0, 0, 1, 1),
      },
    );
    expect(texts(drawnOf(scene))).toContain("1 of 2 found");
  });

  it("draws spans without a length as diamonds, and says where the end is missing", () => {
    const drawn = drawnOf(
      sceneOf([
        { id: 1, start: 100, work: 6 },
        { id: 2, start: 200, duration: -2 },
        { id: 3, start: 300, duration: -1 },
      ]),
    );
    // Ten pixels wide around its moment, filled with the colour of its work.
    expect(
      drawn.some(
        ({ kind, x, colour }) => kind === "path" && x === 400 && colour === workColours.database.fill,
      ),
    ).toBe(true);
    expect(texts(drawn)).toContain("no end");
    expect(texts(drawn)).toContain("ends before it starts");
    expect(texts(drawn)).toContain("–");
  });

  it("draws the stretch that is being chosen, with its length", () => {
    const drawn = drawnOf(sceneOf([{ id: 1, duration: 1_000 }], { band: { fromPx: 800, toPx: 550 } }));
    expect(texts(drawn)).toContain("250 ns");
    const veils = drawn.filter(
      ({ kind, colour, y }) => kind === "box" && colour === themes.light.ground && y === sizes.axisPx,
    );
    expect(veils.map(({ x, width }) => [x, width])).toEqual([
      [300, 250],
      [800, 500],
    ]);
  });

  it("draws the finer lines of the axis where no labelled moment is in sight", () => {
    const narrow = { view: { startNs: 130, endNs: 190 }, widthPx: 60, treePx: 0 };
    const drawn = drawnOf(sceneOf([{ id: 1, duration: 1_000 }], narrow));
    expect(drawn.flatMap(({ kind, x, y }) => (kind === "box" && y === sizes.axisPx - 4 ? [x] : []))).toEqual([
      10, 30, 50,
    ]);
  });

  it("draws the moment under the pointer on the axis", () => {
    expect(texts(drawnOf(sceneOf([{ id: 1, duration: 1_000 }], { pointerPx: 800 })))).toContain("0.50 µs");
  });

  it("marks the selected row and its events", () => {
    const drawn = drawnOf(sceneOf([{ id: 1, duration: 500 }], { selected: 0, eventsNs: [250, 5_000] }));
    expect(drawn.some(({ colour, width }) => colour === themes.light.selected && width === 1_300)).toBe(true);
    const marks = drawn.filter(
      ({ kind, x, colour }) => kind === "path" && x === 550 && colour === themes.light.text,
    );
    expect(marks).toHaveLength(1);
  });
});

describe("fitText", () => {
  it("cuts to the width it is given, however long the text is", () => {
    const { ctx } = recordingCanvas();
    ctx.font = fonts.text;
    expect(fitText(ctx, "short", 30)).toBe("short");
    expect(fitText(ctx, "too long for it", 60)).toBe("too long …");
    expect(fitText(ctx, "x".repeat(1_000_000), 60)).toBe("xxxxxxxxx…");
    expect(fitText(ctx, "text", 3)).toBe("");
  });
});

describe("the minimap", () => {
  it("draws every span's pixel and veils what is not shown", () => {
    const timeline = buildTimeline([
      {
        runId: "r",
        title: "",
        columns: spansToColumns([
          { id: 1, duration: 1_000, work: 1 },
          { id: 2, start: 500, duration: 10, error: true },
        ]),
      },
    ]);
    const { ctx, drawn } = recordingCanvas();
    const scene = {
      theme: themes.light,
      widthPx: 520,
      heightPx: 48,
      lanes: minimapLanes(48, timeline.count),
    };
    const merged = mergeAll(timeline, wholeView(timeline.totalNs), 520, scene.lanes);
    paintMinimap(ctx, { ...scene, merged });
    expect(drawn.find(({ colour }) => colour === workColours.plan.fill)).toMatchObject({ x: 10, width: 500 });
    expect(drawn.some(({ colour }) => colour === themes.light.error)).toBe(true);
    const before = drawn.length;
    paintMinimapWindow(ctx, scene, { startNs: 480, endNs: 980 }, timeline.totalNs);
    const [left, right] = drawn.slice(before).filter(({ colour }) => colour === themes.light.ground);
    expect(left).toMatchObject({ x: 0, width: 250 });
    expect(right).toMatchObject({ x: 500, width: 20 });
  });
});
