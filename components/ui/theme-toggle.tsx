"use client";

import { useSyncExternalStore } from "react";
import { at } from "@/lib/base/checked";
import { Icon } from "./icon";
import { applyTheme, readTheme, themeChoices } from "./theme";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const names = { auto: "System", light: "Light", dark: "Dark" } as const;

/** One button that goes round system, light and dark. */
export function ThemeToggle() {
  const theme = useSyncExternalStore(subscribe, readTheme, () => "auto" as const);
  const next = at(themeChoices, (themeChoices.indexOf(theme) + 1) % themeChoices.length);
  const label = `Theme: ${names[theme]}. Change to ${names[next]}`;
  return (
    <button
      type="button"
      className="grid size-9 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink"
      aria-label={label}
      title={label}
      onClick={() => {
        applyTheme(next);
        for (const listener of listeners) listener();
      }}
    >
      <Icon name={theme} />
    </button>
  );
}
