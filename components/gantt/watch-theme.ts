import { type Theme, themes } from "@/lib/gantt/palette";

/**
 * Tells the page's theme now and whenever it changes: `data-theme` on html decides, else the system. Answers
 * how to stop.
 */
export function watchTheme(tell: (theme: Theme) => void): () => void {
  const html = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const look = () => {
    const wanted = html.dataset.theme;
    tell(wanted === "dark" || (wanted !== "light" && dark.matches) ? themes.dark : themes.light);
  };
  const observer = new MutationObserver(look);
  observer.observe(html, { attributes: true, attributeFilter: ["data-theme"] });
  dark.addEventListener("change", look);
  look();
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", look);
  };
}
