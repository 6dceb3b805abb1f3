import { type RefObject, useEffect, useRef } from "react";
import { keyToAction } from "./keys";
import type { PanelName } from "./panels/panel";
import { panels } from "./panels/panels";
import { runAction, type SurfaceAction } from "./run-key";
import type { Surface } from "./surface/surface";

/** A key press, as React's event or the page's own. */
type KeyDown = Pick<
  KeyboardEvent,
  "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey" | "target" | "defaultPrevented" | "preventDefault"
>;

/** The actions on what surrounds the surface. All others are the surface's own. */
type Around = Readonly<Record<"keys" | "find" | "hide" | "open" | "close", (surface: Surface) => void>>;

/** Returns the key handler for the timeline's element. It also handles keys while nothing on the page has focus. */
export function useKeys(
  surface: Surface | null,
  matches: Uint8Array | null,
  scroller: RefObject<HTMLElement | null>,
  around: Around,
  onPanel: (name: PanelName) => void,
): (event: KeyDown) => void {
  const onKeyDown = (event: KeyDown) => {
    if (!surface || !isForTimeline(event)) return;
    const action = keyToAction(event.key, event.shiftKey, event.target === scroller.current);
    if (!action) return;
    event.preventDefault();
    const panel = panels.find(({ name }) => action === `panel.${name}`);
    if (panel) onPanel(panel.name);
    else if (isAround(action, around)) around[action](surface);
    else runAction(surface, action as SurfaceAction, matches);
  };

  // On a page that has just been opened nothing has focus yet.
  const latest = useRef(onKeyDown);
  latest.current = onKeyDown;
  useEffect(() => {
    const onPageKey = (event: KeyboardEvent) => {
      if (event.target === document.body) latest.current(event);
    };
    document.addEventListener("keydown", onPageKey);
    return () => document.removeEventListener("keydown", onPageKey);
  }, []);
  return onKeyDown;
}

function isForTimeline({ defaultPrevented, altKey, ctrlKey, metaKey, target }: KeyDown): boolean {
  if (defaultPrevented || altKey || ctrlKey || metaKey) return false;
  // In a text letters are text, and the dialog has its own escape.
  return !(target instanceof Element && target.closest("input, textarea, select, dialog"));
}

function isAround(action: string, around: Around): action is keyof Around {
  return Object.hasOwn(around, action);
}
