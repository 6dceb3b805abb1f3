import type { ComponentType } from "react";
import type { View } from "@/lib/gantt/layout/scale";
import type { Timeline } from "@/lib/gantt/timeline";

/** Panels below the timeline; "none" where there is no panel. */
export const panelNames = ["stages", "flame"] as const;
export type PanelName = (typeof panelNames)[number];

/** What a panel gets. It says what it wants to have found or selected; the timeline does it. */
export interface PanelProps {
  /** Rebuilt when spans arrive late; the same object otherwise. */
  readonly timeline: Timeline;
  /** The visible time range; updated only after panning or zooming has settled. */
  readonly view: View;
  /** A node, or -1. */
  readonly selected: number;
  /** The text of the find box. */
  readonly find: string;
  /** Puts a text in the find box: make it with quoteFind, quoteAttribute or quotePath (lib/find/find-query). */
  readonly onFind: (text: string) => void;
  readonly onSelect: (node: number) => void;
}

export interface Panel {
  readonly name: PanelName;
  /** On the button and as the panel's name. */
  readonly label: string;
  /** Opens and closes it; also in the key sheet. One small letter that keys.ts does not use yet. */
  readonly key: string;
  readonly Content: ComponentType<PanelProps>;
}
