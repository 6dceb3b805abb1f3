/** What a person has set once and finds again, in this browser. */
interface KeptSizes {
  readonly treePx?: number;
  readonly panelPx?: number;
}

const key = "jiva.timeline";

/** Nothing where the browser keeps nothing: a private window, a file of a strict browser. */
export function readKeptSizes(): KeptSizes {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const sizes = new Map<string, unknown>(Object.entries(kept));
    const [treePx, panelPx] = [sizes.get("treePx"), sizes.get("panelPx")];
    return {
      ...(isSize(treePx) ? { treePx } : {}),
      ...(isSize(panelPx) ? { panelPx } : {}),
    };
  } catch {
    return {};
  }
}

export function keepSizes(sizes: KeptSizes): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...readKeptSizes(), ...sizes }));
  } catch {
    // Then the next page opens as it comes.
  }
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && value >= 40 && value <= 4_000;
}
