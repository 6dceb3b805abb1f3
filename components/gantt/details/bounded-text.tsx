import { useState } from "react";
import { formatCount } from "@/lib/base/count";

/** Values are data from anywhere: always text, and never more of it at once than a page can hold. */
const shortChars = 600;
const longChars = 200_000;

/** A text of any length: its beginning, all of it on request up to what a page can hold, and what was left out. */
export function BoundedText({
  text,
  first = shortChars,
  className,
  title,
}: {
  readonly text: string;
  /** Characters shown before somebody asks for more. */
  readonly first?: number;
  readonly className?: string;
  readonly title?: string;
}) {
  const [whole, setWhole] = useState(false);
  const shown = text.slice(0, whole ? longChars : first);
  const cut = text.length - shown.length;
  return (
    <>
      <span className={className ?? "gantt-value"} title={title}>
        {shown}
        {cut > 0 && "…"}
      </span>
      {text.length > first && (
        <button type="button" className="gantt-link" onClick={() => setWhole(!whole)}>
          {whole
            ? cut > 0
              ? `${formatCount(cut)} characters are not shown; copy has them. Show less`
              : "Show less"
            : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </>
  );
}
