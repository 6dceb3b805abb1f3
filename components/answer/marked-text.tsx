import { type Mark, textToSegments } from "./mark-segments";

/** A passage with the stretches marked that answer the question. */
export function MarkedText({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) {
  let offset = 0;
  return (
    <p className="whitespace-pre-line break-words text-[15px] leading-relaxed">
      {textToSegments(text, marks).map((segment) => {
        const start = offset;
        offset += segment.text.length;
        if (segment.score === null) return segment.text;
        return (
          <mark key={start} title={`Score ${segment.score.toFixed(2)}`}>
            {segment.text}
          </mark>
        );
      })}
    </p>
  );
}
