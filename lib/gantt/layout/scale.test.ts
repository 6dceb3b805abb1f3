import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  axisTicks,
  clampView,
  formatAxisMoment,
  minViewNs,
  nsToPx,
  panBy,
  pxToNs,
  viewAround,
  viewBetween,
  viewShowing,
  wholeView,
  zoomAt,
} from "./scale";

const totals = fc.double({ min: 1, max: 1e15, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

function viewIn(totalNs: number, a: number, b: number) {
  const whole = wholeView(totalNs);
  const at = (part: number) => whole.startNs + part * (whole.endNs - whole.startNs);
  return clampView({ startNs: at(Math.min(a, b)), endNs: at(Math.max(a, b)) }, totalNs);
}

describe("zoomAt", () => {
  it("keeps the moment under the pointer within a pixel when it goes closer", () => {
    fc.assert(
      fc.property(
        totals,
        share,
        share,
        share,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (total, a, b, at, factor) => {
          const view = viewIn(total, a, b);
          const px = at * 1_000;
          const moment = pxToNs(view, 1_000, px);
          const zoomed = zoomAt(view, 1_000, px, factor, total);
          expect(Math.abs(nsToPx(zoomed, 1_000, moment) - px)).toBeLessThan(1);
        },
      ),
    );
  });

  it("keeps it on the way out too, as long as no end of the run is reached", () => {
    const view = { startNs: 4e8, endNs: 5e8 };
    const zoomed = zoomAt(view, 1_000, 250, 2, 1e9);
    expect(nsToPx(zoomed, 1_000, 4.25e8)).toBeCloseTo(250, 6);
    expect(zoomed.endNs - zoomed.startNs).toBeCloseTo(2e8, 3);
  });

  it("goes from an hour to under a microsecond and back", () => {
    let view = wholeView(3_600e9);
    for (let i = 0; i < 200; i++) view = zoomAt(view, 1_000, 700, 0.8, 3_600e9);
    expect(view.endNs - view.startNs).toBeCloseTo(minViewNs, 3);
    for (let i = 0; i < 200; i++) view = zoomAt(view, 1_000, 700, 1.25, 3_600e9);
    expect(view).toEqual(wholeView(3_600e9));
  });
});

describe("limits", () => {
  it("are held by every step from any view", () => {
    fc.assert(
      fc.property(totals, fc.double(), fc.double(), fc.double(), (total, start, end, delta) => {
        const whole = wholeView(total);
        for (const view of [
          clampView({ startNs: start, endNs: end }, total),
          panBy(whole, delta, total),
          viewAround(Math.abs(start) % total, Math.abs(end) % total, total),
        ]) {
          const slack = (whole.endNs - whole.startNs) * 1e-9;
          expect(view.startNs).toBeGreaterThanOrEqual(whole.startNs - slack);
          expect(view.endNs).toBeLessThanOrEqual(whole.endNs + slack);
          expect(view.endNs - view.startNs).toBeGreaterThan(minViewNs * 0.99);
        }
      }),
    );
  });

  it("take a run without duration", () => {
    expect(wholeView(0)).toEqual({ startNs: -2, endNs: 102 });
  });
});

describe("axisTicks", () => {
  it("are round, in view and far enough apart at every zoom", () => {
    fc.assert(
      fc.property(totals, share, share, fc.integer({ min: 200, max: 4_000 }), (total, a, b, width) => {
        const view = viewIn(total, a, b);
        const { stepNs, atNs } = axisTicks(view, width);
        expect((stepNs / (view.endNs - view.startNs)) * width).toBeGreaterThan(89);
        expect(atNs.length).toBeLessThan(50);
        for (const ns of atNs) {
          expect(ns).toBeGreaterThanOrEqual(view.startNs);
          expect(ns).toBeLessThanOrEqual(view.endNs);
        }
      }),
    );
  });

  it("divides minutes as clocks do", () => {
    expect(axisTicks({ startNs: 0, endNs: 600e9 }, 1_000).stepNs).toBe(60e9);
    expect(axisTicks({ startNs: 0, endNs: 250e9 }, 1_000).stepNs).toBe(30e9);
    expect(axisTicks({ startNs: 0, endNs: 10e9 }, 1_000).stepNs).toBe(1e9);
  });
});

describe("formatAxisMoment", () => {
  it.each([
    [0, 1e8, 1e9, "0.0 s"],
    [1.25e9, 5e7, 2e9, "1.25 s"],
    [12_500_000, 500_000, 20_000_000, "12.5 ms"],
    [1_000, 200, 2_000, "1.0 µs"],
    [90e9, 30e9, 300e9, "1:30"],
    [3_690e9, 30e9, 4_000e9, "1:01:30"],
    [-1e8, 1e8, 1e9, "-0.1 s"],
    [-0.0001, 1e8, 1e9, "0.0 s"],
    [3_600_000_000_100, 20, 3.6e12, "3600.00000010 s"],
  ])("%d ns by %d is %s", (ns, step, largest, text) =>
    expect(formatAxisMoment(ns, step, largest)).toBe(text),
  );
});

describe("views of spans", () => {
  it("move only where nothing of the span is in sight, and keep their zoom", () => {
    const view = { startNs: 100, endNs: 200 };
    expect(viewShowing(view, 190, 500, 10_000)).toBe(view);
    expect(viewShowing(view, 0, 100, 10_000)).toBe(view);
    expect(viewShowing(view, 1_000, 20, 10_000)).toEqual({ startNs: 960, endNs: 1_060 });
    const long = viewShowing(view, 1_000, 5_000, 10_000);
    expect(long).toEqual({ startNs: 990, endNs: 1_090 });
  });

  it("lie between two pixels, whichever comes first", () => {
    const view = { startNs: 0, endNs: 1_000 };
    expect(viewBetween(view, 100, 20, 60)).toEqual({ startNs: 200, endNs: 600 });
    expect(viewBetween(view, 100, 60, 20)).toEqual({ startNs: 200, endNs: 600 });
  });
});
