import type { AskMode } from "@/lib/api/ask";
import { modeNames } from "./mode-names";

const hues: Readonly<Record<AskMode, readonly string[]>> = {
  auto: ["var(--work-plan)"],
  structured: ["var(--work-tables)"],
  unstructured: ["var(--work-documents)"],
  combined: ["var(--work-tables)", "var(--work-documents)"],
};

/** The kind of a question in its hues and in words. */
export function ModeTag({ mode }: { readonly mode: AskMode }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-[13px]">
      <span className="flex gap-px" aria-hidden="true">
        {hues[mode].map((hue) => (
          <span key={hue} className="h-3 w-1.5 rounded-[1px]" style={{ background: hue }} />
        ))}
      </span>
      {modeNames[mode]}
    </span>
  );
}
