import { clamp } from "@/lib/base/clamp";

/** How far an answer can be trusted, in words. The steps are where a reader would act otherwise. */
function confidenceToWords(confidence: number): string {
  if (confidence >= 0.8) return "High confidence";
  if (confidence >= 0.5) return "Medium confidence";
  return "Low confidence";
}

/** The confidence in words, as a number and as a bar. */
export function Confidence({ confidence }: { readonly confidence: number }) {
  const share = clamp(confidence, 0, 1);
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap text-[13px]">
      <span className="h-1.5 w-14 overflow-hidden rounded-full bg-grid ring-1 ring-line" aria-hidden="true">
        <span className="block h-full bg-ink" style={{ width: `${share * 100}%` }} />
      </span>
      {confidenceToWords(share)}
      <span className="text-muted tabular-nums">{share.toFixed(2)}</span>
    </span>
  );
}
