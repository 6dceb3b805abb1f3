import type { WorkKind } from "@/lib/trace/names";
import type { RunKind } from "./chart-series";

/** A hue of the palette as a line on the ground: in its darker shade where the ground is light. */
const line = (work: WorkKind) => `light-dark(var(--work-${work}-edge), var(--work-${work}))`;

/** How a kind of run is drawn: the hues that its tag has, `over` as dashes on top of `hue`. */
export interface KindHues {
  readonly hue: string;
  readonly over?: string;
}

const modeHues = {
  auto: { hue: line("plan") },
  structured: { hue: line("tables") },
  unstructured: { hue: line("documents") },
  combined: { hue: line("tables"), over: line("documents") },
} as const satisfies Record<string, KindHues>;

// Kinds without a mode of ours take the hues that no mode has.
const freeHues = [line("http"), line("model"), line("answer"), line("plan"), line("other")] as const;

export function kindHues(kinds: readonly RunKind[]): readonly KindHues[] {
  let free = 0;
  return kinds.map(({ mode }) =>
    mode ? modeHues[mode] : { hue: freeHues[free++ % freeHues.length] ?? line("other") },
  );
}

export function workHue(work: WorkKind): string {
  return `var(--work-${work})`;
}
