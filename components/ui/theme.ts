import { themes as palettes } from "@/lib/gantt/paint/palette";

/** What the person chose: `auto` follows the system. */
export const themeChoices = ["auto", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** What a phone's browser paints around the page: the colour of the bar at its top. */
export const browserColours = [
  { media: "(prefers-color-scheme: light)", color: palettes.light.panel },
  { media: "(prefers-color-scheme: dark)", color: palettes.dark.panel },
];

const storageKey = "theme";

/**
 * Runs before the first paint, so that a chosen theme does not flash: sets `data-theme` on the root element.
 * Storage may be closed to the page (private windows): then the system's theme is used.
 */
export const themeScript = `try{const t=localStorage.getItem("${storageKey}");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}`;

export function readTheme(): ThemeChoice {
  const value = document.documentElement.dataset.theme;
  return value === "light" || value === "dark" ? value : "auto";
}

export function applyTheme(theme: ThemeChoice): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "auto") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // The choice then lasts until the page is loaded again.
  }
}
