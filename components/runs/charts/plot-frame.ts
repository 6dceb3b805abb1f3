/** The plots are stacked on one time axis, so all of them begin and end at the same place. */
export const plotLeftPx = 52;
export const plotRightPx = 10;

export const plotHeightsPx = { durations: 104, stages: 54, errors: 40, axis: 20 } as const;

/** Half of a label above and below, so that those at the ends of an axis are whole. */
export const plotMargin = { top: 7, right: plotRightPx, bottom: 7, left: 0 } as const;

export const tickStyle = { fill: "var(--muted)", fontSize: 11 } as const;
