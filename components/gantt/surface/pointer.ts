/** A press that moves less than this is a click. */
export const clickSlackPx = 4;
/** One notch shows a fifth more or less. */
export const zoomPerPx = 0.0018;

/** Listens until all of it is stopped. */
export type Listen = <K extends keyof HTMLElementEventMap>(
  element: HTMLElement,
  name: K,
  handler: (event: HTMLElementEventMap[K]) => void,
  options?: AddEventListenerOptions,
) => void;
