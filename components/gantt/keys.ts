import type { PanelName } from "./panels/panel";
import { panels } from "./panels/panels";

/** What a key does. The sheet behind `?` is made from the same list, so it cannot drift. */
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
  | "openBelow"
  | "openAll"
  | "closeAll"
  | "open"
  | "close"
  | "zoomIn"
  | "zoomOut"
  | "earlier"
  | "later"
  | "fit"
  | "fitAll"
  | "find"
  | "hide"
  | "nextMatch"
  | "previousMatch"
  | "keys"
  | `panel.${PanelName}`;

export const keyGroups = ["Rows", "Time", "Find", "Panels and help"] as const;

interface KeyEntry {
  /** As the browser names them, in lower case where they are letters; "Shift+" only before named keys. */
  readonly keys: readonly string[];
  readonly action: KeyAction;
  readonly text: string;
  readonly group: (typeof keyGroups)[number];
  /** Only while the rows have the focus: elsewhere the key means something of its own. */
  readonly onRows?: boolean;
}

export const keyEntries: readonly KeyEntry[] = [
  { keys: ["ArrowDown"], action: "next", text: "Next row", group: "Rows", onRows: true },
  { keys: ["j"], action: "next", text: "Next row", group: "Rows" },
  { keys: ["ArrowUp"], action: "previous", text: "Previous row", group: "Rows", onRows: true },
  { keys: ["k"], action: "previous", text: "Previous row", group: "Rows" },
  {
    keys: ["ArrowRight"],
    action: "expand",
    text: "Open the row, or go to its first child",
    group: "Rows",
    onRows: true,
  },
  {
    keys: ["ArrowLeft"],
    action: "collapse",
    text: "Close the row, or go to its parent",
    group: "Rows",
    onRows: true,
  },
  { keys: ["PageDown"], action: "nextPage", text: "A page down", group: "Rows", onRows: true },
  { keys: ["PageUp"], action: "previousPage", text: "A page up", group: "Rows", onRows: true },
  { keys: ["Home"], action: "first", text: "First row", group: "Rows", onRows: true },
  { keys: ["End"], action: "last", text: "Last row", group: "Rows", onRows: true },
  { keys: ["]"], action: "openLevel", text: "Open one level more", group: "Rows" },
  { keys: ["["], action: "closeLevel", text: "Close one level", group: "Rows" },
  { keys: ["x"], action: "openBelow", text: "Open everything below the row", group: "Rows" },
  { keys: ["}"], action: "openAll", text: "Open everything", group: "Rows" },
  { keys: ["{"], action: "closeAll", text: "Close everything", group: "Rows" },
  { keys: ["Enter"], action: "open", text: "Details of the selected span", group: "Rows", onRows: true },
  { keys: ["w", "+", "="], action: "zoomIn", text: "Zoom in", group: "Time" },
  { keys: ["Shift+ArrowUp"], action: "zoomIn", text: "Zoom in", group: "Time", onRows: true },
  { keys: ["s", "-"], action: "zoomOut", text: "Zoom out", group: "Time" },
  { keys: ["Shift+ArrowDown"], action: "zoomOut", text: "Zoom out", group: "Time", onRows: true },
  { keys: ["a"], action: "earlier", text: "Earlier", group: "Time" },
  { keys: ["Shift+ArrowLeft"], action: "earlier", text: "Earlier", group: "Time", onRows: true },
  { keys: ["d"], action: "later", text: "Later", group: "Time" },
  { keys: ["Shift+ArrowRight"], action: "later", text: "Later", group: "Time", onRows: true },
  { keys: ["f"], action: "fit", text: "Fit the selected span, again for everything", group: "Time" },
  { keys: ["0"], action: "fitAll", text: "Show everything", group: "Time" },
  { keys: ["/"], action: "find", text: "Find", group: "Find" },
  { keys: ["n"], action: "nextMatch", text: "Next match, or next on the critical path", group: "Find" },
  {
    keys: ["p"],
    action: "previousMatch",
    text: "Previous match, or previous on the critical path",
    group: "Find",
  },
  { keys: ["h"], action: "hide", text: "Hide what does not match, or show it dimmed", group: "Find" },
  ...panels.map(
    ({ key, name, label }): KeyEntry => ({
      keys: [key],
      action: `panel.${name}`,
      text: `${label}: open or close`,
      group: "Panels and help",
    }),
  ),
  {
    keys: ["Escape"],
    action: "close",
    text: "Close the details, then let go of the selection",
    group: "Panels and help",
  },
  { keys: ["?"], action: "keys", text: "This list", group: "Panels and help" },
];

/** What a key does, `onRows` telling whether the rows have the focus. Letters count in either case. */
export function keyToAction(key: string, isShifted: boolean, onRows: boolean): KeyAction | undefined {
  const wanted = key.length === 1 ? key.toLowerCase() : isShifted ? `Shift+${key}` : key;
  return keyEntries.find((entry) => entry.keys.includes(wanted) && (onRows || !entry.onRows))?.action;
}
