import { type WorkKind, workKindAt, workKinds } from "@/lib/trace/names";

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
  /** The outline of bars and of the selected row where hues alone are too weak; "" leaves bars to their own. */
  readonly edge: string;
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
    edge: "",
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
    edge: "",
  },
};

/** The themes for people who ask for more contrast: text at 7 to 1 and more, every border plain to see. */
export const contrastThemes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    ...themes.light,
    text: "#000000",
    muted: "#363c44",
    line: "#5b636e",
    grid: "#c3c9d1",
    hover: "#e6ebf2",
    selected: "#cfe0f7",
    accent: "#0b3f94",
    error: "#8a0a26",
    warning: "#5c3a00",
    ok: "#084820",
    edge: "#000000",
  },
  dark: {
    ...themes.dark,
    ground: "#000000",
    text: "#ffffff",
    muted: "#d0d7df",
    line: "#97a1ad",
    grid: "#3c454f",
    hover: "#20272f",
    selected: "#14335c",
    accent: "#a6ccff",
    error: "#ffb3be",
    warning: "#ffcf80",
    ok: "#93e6b1",
    edge: "#ffffff",
  },
};

/**
 * The theme of a system that forces its own colours. `colourOf` resolves a CSS system colour. Hues of work stay,
 * as they are data; everything around them is the system's, and what hues say elsewhere is said by edges and text.
 */
export function forcedTheme(colourOf: (system: string) => string): Theme {
  const [ground, text, accent, grid] = ["Canvas", "CanvasText", "Highlight", "GrayText"].map(colourOf);
  const [page = "#ffffff", ink = "#000000", mark = "#000000", faint = "#808080"] = [
    ground,
    text,
    accent,
    grid,
  ];
  return {
    ...{ ground: page, panel: page, hover: page, selected: page },
    ...{ text: ink, muted: ink, line: ink, grid: faint, edge: ink },
    ...{ accent: mark, accentInk: colourOf("HighlightText"), error: ink, warning: ink, ok: ink },
  };
}

/** The colour of a kind of work by its index on the wire. */
export function workColourAt(index: number): WorkColour {
  return workColours[workKindAt(index)];
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function themeVariables(theme: Theme): string {
  return Object.entries(theme)
    .filter(([name]) => name !== "edge")
    .map(([name, value]) => `--${kebab(name)}: ${value};`)
    .join(" ");
}

/** `:root` in light and dark; `condition` is a media query that has to hold too. */
function themeBlocks(light: Theme, dark: Theme, condition: string, extras = ""): string[] {
  const where = (more: string) => [condition, more].filter((part) => part !== "").join(" and ");
  const block = (query: string, selector: string, content: string) =>
    query === ""
      ? `${selector} {\n  ${content}\n}`
      : `@media ${query} {\n  ${selector} {\n    ${content}\n  }\n}`;
  const lightContent = `color-scheme: light;\n  ${themeVariables(light)}${extras === "" ? "" : `\n${extras}`}`;
  const darkContent = `color-scheme: dark;\n    ${themeVariables(dark)}`;
  return [
    block(where(""), ":root", lightContent),
    block(where("(prefers-color-scheme: dark)"), ':root:not([data-theme="light"])', darkContent),
    block(where(""), ':root[data-theme="dark"]', darkContent),
  ];
}

const systemColours = {
  ground: "Canvas",
  panel: "Canvas",
  text: "CanvasText",
  muted: "CanvasText",
  line: "CanvasText",
  grid: "GrayText",
  hover: "Canvas",
  selected: "Canvas",
  accent: "Highlight",
  "accent-ink": "HighlightText",
  error: "CanvasText",
  warning: "CanvasText",
  ok: "CanvasText",
} as const;

/**
 * The palette as a style sheet of variables: `--ground`, `--text`, … and `--work-plan`, `--work-plan-ink`,
 * `--work-plan-edge`, …. The system's preference decides, `data-theme="light"` or `"dark"` on html overrules
 * it; more contrast and forced colours are the system's to ask for.
 */
export function paletteToCss(): string {
  const work = workKinds
    .map((kind) => {
      const { fill, ink, edge } = workColours[kind];
      return `  --work-${kind}: ${fill}; --work-${kind}-ink: ${ink}; --work-${kind}-edge: ${edge};`;
    })
    .join("\n");
  const forced = Object.entries(systemColours)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");
  return [
    ...themeBlocks(themes.light, themes.dark, "", work),
    ...themeBlocks(contrastThemes.light, contrastThemes.dark, "(prefers-contrast: more)"),
    `@media (forced-colors: active) {\n  :root:root:root {\n    ${forced}\n  }\n}`,
    "",
  ].join("\n");
}
