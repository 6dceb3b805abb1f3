import type { PassageEvidence } from "@/lib/api/ask";
import { MarkedText } from "./marked-text";
import { SourceHeading } from "./source-heading";

/** What a document said: the passage with the sentences marked that answer. */
export function PassageSource({
  evidence,
  bestScore,
}: {
  readonly evidence: PassageEvidence;
  readonly bestScore: number;
}) {
  const { document, heading, page, text, marks, score } = evidence;
  const place = [heading, page === undefined ? "" : `page ${page}`].filter(Boolean).join(", ");
  return (
    <article>
      <SourceHeading icon="document" work="documents" name={document} kind="document" />
      <p className="mt-1 flex justify-between gap-4 text-[13px] text-muted">
        <span>{place}</span>
        <span
          className="whitespace-nowrap tabular-nums"
          title="How well the passage matches the question (BM25)"
        >
          score {score.toFixed(2)}
        </span>
      </p>
      <div className="mt-2 border-line border-l-2 pl-3">
        <MarkedText text={text} marks={marks} bestScore={bestScore} />
      </div>
    </article>
  );
}
