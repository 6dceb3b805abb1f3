/**
 * Time on the screen. `View` is what is shown, in nanoseconds since the run's start; pixels count from the
 * left edge of the chart. Doubles hold a moment within an hour to a thousandth of a nanosecond, so the same
 * numbers serve a view of hours and one of a microsecond.
 */

export interface View {
  readonly startNs: number;
  readonly endNs: number;
}

/** Ten times closer than one microsecond across the chart. */
export const minViewNs = 100;

/** Free space left and right of a run that is shown whole, as a share of its duration. */
const margin = 0.02;

/** The whole of a run that lasts `totalNs`. */
export function wholeView(totalNs: number): View {
  const size = Math.max(totalNs, minViewNs);
  return { startNs: -size * margin, endNs: size * (1 + margin) };
}

/** Whether a view shows all of a run, but for what rounding loses. */
export function isWhole(view: View, totalNs: number): boolean {
  const whole = wholeView(totalNs);
  return view.endNs - view.startNs >= (whole.endNs - whole.startNs) * 0.999;
}

/** The view within its limits: never wider than the whole run, never closer than `minViewNs`. */
export function clampView(view: View, totalNs: number): View {
  const whole = wholeView(totalNs);
  const wholeNs = whole.endNs - whole.startNs;
  const { startNs, endNs } = view;
  if (!Number.isFinite(startNs) || !Number.isFinite(endNs)) return whole;
  const sizeNs = Math.min(wholeNs, Math.max(minViewNs, endNs - startNs));
  const from = sizeNs === endNs - startNs ? startNs : (startNs + endNs - sizeNs) / 2;
  const start = Math.min(whole.endNs - sizeNs, Math.max(whole.startNs, from));
  return { startNs: start, endNs: start + sizeNs };
}

export function nsToPx(view: View, widthPx: number, ns: number): number {
  return ((ns - view.startNs) / (view.endNs - view.startNs)) * widthPx;
}

export function pxToNs(view: View, widthPx: number, px: number): number {
  return view.startNs + (px / widthPx) * (view.endNs - view.startNs);
}

/**
 * `factor` times as much time on the screen (below 1 is closer), with the moment at `px` staying where it is
 * unless an end of the run is reached.
 */
export function zoomAt(view: View, widthPx: number, px: number, factor: number, totalNs: number): View {
  const whole = wholeView(totalNs);
  const sizeNs = view.endNs - view.startNs;
  const newNs = Math.min(whole.endNs - whole.startNs, Math.max(minViewNs, sizeNs * factor));
  const moment = pxToNs(view, widthPx, px);
  const startNs = moment - (px / widthPx) * newNs;
  return clampView({ startNs, endNs: startNs + newNs }, totalNs);
}

export function panBy(view: View, deltaNs: number, totalNs: number): View {
  return clampView({ startNs: view.startNs + deltaNs, endNs: view.endNs + deltaNs }, totalNs);
}

/** A stretch with some room around it: for "fit the selection". */
export function viewAround(startNs: number, durationNs: number, totalNs: number): View {
  const room = Math.max(durationNs * 0.1, minViewNs / 2);
  return clampView({ startNs: startNs - room, endNs: startNs + durationNs + room }, totalNs);
}

/** The same stretch of time moved to a span of which it shows nothing; unchanged where it shows some of it. */
export function viewShowing(view: View, startNs: number, durationNs: number, totalNs: number): View {
  const endNs = startNs + durationNs;
  if (endNs >= view.startNs && startNs <= view.endNs) return view;
  const sizeNs = view.endNs - view.startNs;
  const middle = durationNs < sizeNs ? (startNs + endNs) / 2 : startNs + sizeNs * 0.4;
  return panBy(view, middle - (view.startNs + view.endNs) / 2, totalNs);
}

/** The stretch between two pixels, in either order. */
export function viewBetween(view: View, widthPx: number, aPx: number, bPx: number): View {
  return {
    startNs: pxToNs(view, widthPx, Math.min(aPx, bPx)),
    endNs: pxToNs(view, widthPx, Math.max(aPx, bPx)),
  };
}

export interface Ticks {
  readonly stepNs: number;
  readonly atNs: readonly number[];
  /** Lines between two labelled ones: every step / `minorPerStep`. */
  readonly minorPerStep: number;
}

/**
 * Labelled moments at round distances, at least `minPx` apart: 1, 2, 5 × 10ⁿ below a minute, then minutes
 * and hours as clocks divide them.
 */
export function axisTicks(view: View, widthPx: number, minPx = 90): Ticks {
  const sizeNs = view.endNs - view.startNs;
  const least = (sizeNs / Math.max(1, widthPx)) * minPx;
  const stepNs = roundStep(least);
  const atNs: number[] = [];
  // Counting whole steps keeps the sum of many small ones exact. The guard is against absurd widths only.
  const first = Math.ceil(view.startNs / stepNs);
  const last = Math.min(Math.floor(view.endNs / stepNs), first + 1_000);
  for (let k = first; k <= last; k++) atNs.push(k * stepNs);
  return { stepNs, atNs, minorPerStep: minorSteps(stepNs) };
}

const clockSteps = [
  60e9, 120e9, 300e9, 600e9, 900e9, 1_800e9, 3_600e9, 7_200e9, 21_600e9, 43_200e9, 86_400e9,
];

function roundStep(minNs: number): number {
  if (minNs > 20e9 && minNs <= 30e9) return 30e9;
  if (minNs > 30e9) {
    const clock = clockSteps.find((step) => step >= minNs);
    if (clock) return clock;
    return 86_400e9 * decimalStep(minNs / 86_400e9);
  }
  return decimalStep(minNs);
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  for (const unit of [1, 2, 5, 10]) if (unit * power >= least * (1 - 1e-9)) return unit * power;
  return 10 * power;
}

function minorSteps(stepNs: number): number {
  const digit = Math.round(stepNs / 10 ** Math.floor(Math.log10(stepNs * (1 + 1e-9))));
  return digit === 2 ? 4 : 5;
}

const units = [
  { unit: "s", ns: 1e9 },
  { unit: "ms", ns: 1e6 },
  { unit: "µs", ns: 1e3 },
  { unit: "ns", ns: 1 },
] as const;

/**
 * A moment on the axis, exact to the step: `1.25 s`, `12.5 ms`, `1:30` from a minute on. Moments of one axis
 * share their unit, chosen by the largest of them, until the step is too fine for it.
 */
export function formatAxisMoment(ns: number, stepNs: number, maxNs: number): string {
  if (stepNs >= 1e9 && maxNs >= 60e9) return clock(ns);
  const size = Math.max(maxNs, stepNs);
  const scale = units.find(({ ns: unitNs }) => size >= unitNs) ?? { unit: "ns", ns: 1 };
  const digits = Math.max(0, Math.ceil(-Math.log10(stepNs / scale.ns) - 1e-9));
  const text = (ns / scale.ns).toFixed(Math.min(digits, 12));
  return `${/^-0\.?0*$/.test(text) ? text.slice(1) : text} ${scale.unit}`;
}

function clock(ns: number): string {
  const seconds = Math.round(Math.abs(ns) / 1e9);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  const text = h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return ns < 0 && seconds > 0 ? `-${text}` : text;
}
