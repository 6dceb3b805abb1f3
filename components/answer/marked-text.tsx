import type { Mark } from "@/lib/api/ask";
import { textToSegments } from "./mark-segments";

/** Marks that score less than this share of the best one are only near the question: they are drawn fainter. */
const strongShare = 0.6;

/** A passage with the stretches marked that answer the question; `bestScore` is the best mark's of the answer. */
export function MarkedText({
  text,
  marks,
  bestScore,
}: {
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly bestScore: number;
}) {
  let offset = 0;
  return (
    <p className="whitespace-pre-line break-words text-[15px] leading-relaxed">
      {textToSegments(text, marks).map((segment) => {
        const start = offset;
        offset += segment.text.length;
        if (segment.score === null) return segment.text;
        return (
          <mark
            key={start}
            className={segment.score < bestScore * strongShare ? "bg-mark-faint" : undefined}
            title={`Score ${segment.score.toFixed(2)}`}
          >
            {segment.text}
          </mark>
        );
      })}
    </p>
  );
}
