/** What a key does. The sheet that people open with `?` is made from the same list, so it cannot lie. */
export type KeyAction =
  | "next"
  | "previous"
  | "nextPage"
  | "previousPage"
  | "first"
  | "last"
  | "expand"
  | "collapse"
  | "openLevel"
  | "closeLevel"
  | "open"
  | "close"
  | "zoomIn"
  | "zoomOut"
  | "earlier"
  | "later"
  | "fit"
  | "fitAll"
  | "find"
  | "nextMatch"
  | "previousMatch"
  | "keys";

interface KeyEntry {
  readonly keys: readonly string[];
  readonly action: KeyAction;
  readonly text: string;
  /** Only while the rows have the focus: elsewhere the key means something of its own. */
  readonly onRows?: boolean;
}

export const keyEntries: readonly KeyEntry[] = [
  { keys: ["ArrowDown"], action: "next", text: "Next row", onRows: true },
  { keys: ["j"], action: "next", text: "Next row" },
  { keys: ["ArrowUp"], action: "previous", text: "Previous row", onRows: true },
  { keys: ["k"], action: "previous", text: "Previous row" },
  { keys: ["ArrowRight"], action: "expand", text: "Open the row, or go to its first child", onRows: true },
  { keys: ["ArrowLeft"], action: "collapse", text: "Close the row, or go to its parent", onRows: true },
  { keys: ["PageDown"], action: "nextPage", text: "A page down", onRows: true },
  { keys: ["PageUp"], action: "previousPage", text: "A page up", onRows: true },
  { keys: ["Home"], action: "first", text: "First row", onRows: true },
  { keys: ["End"], action: "last", text: "Last row", onRows: true },
  { keys: ["]"], action: "openLevel", text: "Open one level more" },
  { keys: ["["], action: "closeLevel", text: "Close one level" },
  { keys: ["Enter"], action: "open", text: "Details of the selected span", onRows: true },
  { keys: ["Escape"], action: "close", text: "Close the details, then let go of the selection" },
  { keys: ["w", "+", "="], action: "zoomIn", text: "Zoom in" },
  { keys: ["s", "-"], action: "zoomOut", text: "Zoom out" },
  { keys: ["a"], action: "earlier", text: "Earlier" },
  { keys: ["d"], action: "later", text: "Later" },
  { keys: ["f"], action: "fit", text: "Fit the selected span, again for everything" },
  { keys: ["0"], action: "fitAll", text: "Show everything" },
  { keys: ["/"], action: "find", text: "Find" },
  { keys: ["n"], action: "nextMatch", text: "Next match, or next on the critical path" },
  { keys: ["p"], action: "previousMatch", text: "Previous match, or previous on the critical path" },
  { keys: ["?"], action: "keys", text: "This list" },
];

/** What a key does, `onRows` telling whether the rows have the focus. Letters count in either case. */
export function keyToAction(key: string, onRows: boolean): KeyAction | undefined {
  const wanted = key.length === 1 ? key.toLowerCase() : key;
  return keyEntries.find((entry) => entry.keys.includes(wanted) && (onRows || !entry.onRows))?.action;
}
