import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { workKinds } from "@/lib/trace/names";
import { contrastThemes, forcedTheme, paletteToCss, themes, workColourAt, workColours } from "./palette";

type Rgb = [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** OKLab (Ottosson 2020) from linear sRGB. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Machado, Oliveira and Fernandes 2009, severity 1. */
const sights: Record<string, readonly Rgb[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(hex: string, matrix: readonly Rgb[]): Rgb {
  const colour = linear(hex);
  return oklab(
    matrix.map((row) => Math.max(0, row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2])) as Rgb,
  );
}

describe("hues of work", () => {
  for (const [sight, matrix] of Object.entries(sights)) {
    it(`are told apart under ${sight}`, () => {
      for (const a of workKinds) {
        for (const b of workKinds) {
          if (a === b) continue;
          const [p, q] = [seen(workColours[a].fill, matrix), seen(workColours[b].fill, matrix)];
          const distance = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
          expect(distance, `${a} and ${b}`).toBeGreaterThan(0.07);
        }
      }
    });
  }

  it.each(workKinds.map((kind) => [kind]))("%s carries readable text and shows on paper", (kind) => {
    const { fill, ink, edge } = workColours[kind];
    expect(contrast(fill, ink)).toBeGreaterThan(4.5);
    expect(contrast(edge, themes.light.ground)).toBeGreaterThan(3);
    expect(contrast(fill, themes.dark.ground)).toBeGreaterThan(3);
  });

  it("takes a kind it does not know for other", () => {
    expect(workColourAt(200)).toBe(workColours.other);
  });
});

describe.each(Object.entries(themes))("%s theme", (_, theme) => {
  it("has readable text on each of its grounds", () => {
    for (const ground of [theme.ground, theme.panel, theme.hover, theme.selected]) {
      for (const ink of [theme.text, theme.muted, theme.error]) {
        expect(contrast(ground, ink), `${ink} on ${ground}`).toBeGreaterThan(4.5);
      }
    }
  });
});

describe.each(Object.entries(contrastThemes))("%s theme with more contrast", (name, theme) => {
  it("has text at 7 to 1 and borders at 3 to 1", () => {
    for (const ground of [theme.ground, theme.panel, theme.hover, theme.selected]) {
      for (const ink of [theme.text, theme.muted, theme.error, theme.warning, theme.ok]) {
        expect(contrast(ground, ink), `${ink} on ${ground} in ${name}`).toBeGreaterThan(7);
      }
      for (const border of [theme.line, theme.edge, theme.accent]) {
        expect(contrast(ground, border), `${border} on ${ground} in ${name}`).toBeGreaterThan(3);
      }
    }
  });
});

it("takes the system's colours where they are forced", () => {
  const theme = forcedTheme((system) => `<${system}>`);
  expect(theme).toMatchObject({
    ground: "<Canvas>",
    text: "<CanvasText>",
    edge: "<CanvasText>",
    accent: "<Highlight>",
  });
  expect(Object.values(theme).every((colour) => colour.startsWith("<"))).toBe(true);
});

it("is what the style sheet says", () => {
  const words = (css: string) => css.split(/\s+/).join(" ");
  expect(words(readFileSync("components/gantt/palette.css", "utf8"))).toContain(words(paletteToCss()));
});
