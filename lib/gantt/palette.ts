import { type WorkKind, workKinds } from "@/lib/trace/names";

/**
 * The one palette: CSS variables, canvas and exported files are all made from these values.
 *
 * The hues of work were found by a search for the largest smallest distance (OKLab) between any two of them,
 * over normal sight and full protanopia, deuteranopia and tritanopia, at a lightness between 0.58 and 0.78;
 * reds stay free for errors. The test holds that distance. Bars look the same in light and dark; `ink` is
 * the text on them, `edge` the outline that keeps pale bars visible on paper.
 */

export interface WorkColour {
  readonly fill: string;
  readonly ink: string;
  readonly edge: string;
}

const dark = "#0a0c10";
const white = "#ffffff";

export const workColours: Readonly<Record<WorkKind, WorkColour>> = {
  other: { fill: "#9399a2", ink: dark, edge: "#69707a" },
  plan: { fill: "#7962dd", ink: white, edge: "#5640b4" },
  tables: { fill: "#609efa", ink: dark, edge: "#2f6cc4" },
  documents: { fill: "#8ec08d", ink: dark, edge: "#4f8450" },
  read: { fill: "#c5b425", ink: dark, edge: "#85780a" },
  answer: { fill: "#bd8b31", ink: dark, edge: "#8a6014" },
  database: { fill: "#3cc4e1", ink: dark, edge: "#0b839c" },
  model: { fill: "#90689c", ink: white, edge: "#6d4879" },
  http: { fill: "#b45f3d", ink: white, edge: "#8b3f20" },
};

/** In words, for legends and tooltips. */
export const workLabels: Readonly<Record<WorkKind, string>> = {
  other: "Other",
  plan: "Plan",
  tables: "Tables",
  documents: "Documents",
  read: "Reading",
  answer: "Answer",
  database: "Database",
  model: "Model",
  http: "HTTP",
};

export interface Theme {
  /** Behind everything. */
  readonly ground: string;
  /** Raised over the ground: panels, the axis, tooltips. */
  readonly panel: string;
  readonly text: string;
  readonly muted: string;
  /** Borders between regions. */
  readonly line: string;
  /** Lines of the time grid, fainter than `line`. */
  readonly grid: string;
  readonly hover: string;
  readonly selected: string;
  /** Focus, links, the window on the minimap. */
  readonly accent: string;
  readonly accentInk: string;
  readonly error: string;
  readonly warning: string;
  readonly ok: string;
}

export type ThemeName = "light" | "dark";

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    ground: "#ffffff",
    panel: "#f6f7f9",
    text: "#15181d",
    muted: "#5b636e",
    line: "#d9dde3",
    grid: "#eceff2",
    hover: "#f1f4f8",
    selected: "#e2edfb",
    accent: "#1d5fc4",
    accentInk: "#ffffff",
    error: "#c2183c",
    warning: "#8a5a00",
    ok: "#1b7a3d",
  },
  dark: {
    ground: "#0f1215",
    panel: "#171b20",
    text: "#e4e8ed",
    muted: "#97a1ad",
    line: "#2b323a",
    grid: "#1d2228",
    hover: "#1a2027",
    selected: "#1c304b",
    accent: "#74aefc",
    accentInk: "#0a0c10",
    error: "#ff6b81",
    warning: "#e0a94a",
    ok: "#5cc583",
  },
};

/** The colour of a kind of work by its index on the wire; what is not known is "other". */
export function workColourAt(index: number): WorkColour {
  return workColours[workKinds[index] ?? "other"];
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function themeVariables(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${kebab(name)}: ${value};`)
    .join(" ");
}

/**
 * The palette as a style sheet of variables: `--ground`, `--text`, … and `--work-plan`, `--work-plan-ink`,
 * `--work-plan-edge`, …. The system's preference decides, `data-theme="light"` or `"dark"` on html overrules
 * it.
 */
export function paletteToCss(): string {
  const work = workKinds
    .map((kind) => {
      const { fill, ink, edge } = workColours[kind];
      return `  --work-${kind}: ${fill}; --work-${kind}-ink: ${ink}; --work-${kind}-edge: ${edge};`;
    })
    .join("\n");
  const light = themeVariables(themes.light);
  const darkTheme = themeVariables(themes.dark);
  return [
    `:root {\n  color-scheme: light;\n  ${light}\n${work}\n}`,
    `@media (prefers-color-scheme: dark) {\n  :root:not([data-theme="light"]) {\n    color-scheme: dark;\n    ${darkTheme}\n  }\n}`,
    `:root[data-theme="dark"] {\n  color-scheme: dark;\n  ${darkTheme}\n}`,
    "",
  ].join("\n");
}
