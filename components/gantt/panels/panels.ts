import { FlamePanel } from "./flame-panel";
import type { Panel } from "./panel";
import { StagesPanel } from "./stages-panel";

/** The panels there are, in the order of their buttons. One line each. */
export const panels: readonly Panel[] = [
  { name: "stages", label: "Stages", key: "t", Content: StagesPanel },
  { name: "flame", label: "Flame graph", key: "g", Content: FlamePanel },
];
