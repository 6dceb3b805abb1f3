import { contrastThemes, forcedTheme, type Theme, themes } from "@/lib/gantt/paint/palette";

/**
 * Tells the page's theme now and whenever it changes: colours that the system forces, else `data-theme` on html,
 * else the system's preference, each in the contrast that is asked for. Answers how to stop.
 */
export function watchTheme(tell: (theme: Theme) => void): () => void {
  const html = document.documentElement;
  const queries = {
    dark: window.matchMedia("(prefers-color-scheme: dark)"),
    contrast: window.matchMedia("(prefers-contrast: more)"),
    forced: window.matchMedia("(forced-colors: active)"),
  };
  const look = () => {
    if (queries.forced.matches) return tell(forcedTheme(systemColour));
    const wanted = html.dataset.theme;
    const isDark = wanted === "dark" || (wanted !== "light" && queries.dark.matches);
    tell((queries.contrast.matches ? contrastThemes : themes)[isDark ? "dark" : "light"]);
  };
  const observer = new MutationObserver(look);
  observer.observe(html, { attributes: true, attributeFilter: ["data-theme"] });
  for (const query of Object.values(queries)) query.addEventListener("change", look);
  look();
  return () => {
    observer.disconnect();
    for (const query of Object.values(queries)) query.removeEventListener("change", look);
  };
}

/** A canvas wants a colour, not the name of one that the system decides. */
function systemColour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = name;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
