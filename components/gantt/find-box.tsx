import type { RefObject } from "react";

/** One box over names, services and ids; Enter goes on to the next match, with shift to the one before. */
export function FindBox({
  inputRef,
  text,
  count,
  onText,
  onStep,
  onLeave,
}: {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly count: number;
  readonly onText: (text: string) => void;
  readonly onStep: (direction: 1 | -1) => void;
  readonly onLeave: () => void;
}) {
  return (
    <search className="gantt-find">
      <input
        ref={inputRef}
        type="text"
        value={text}
        placeholder="Find a name, a service, an id, error"
        aria-label="Find spans by name, service or id"
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") {
            onText("");
            onLeave();
          }
        }}
      />
      <output className="gantt-found">
        {text.trim() === "" ? "" : count === 1 ? "1 match" : `${count.toLocaleString("en-US")} matches`}
      </output>
      {count > 0 && (
        <>
          <button
            type="button"
            aria-label="Previous match"
            title="Previous match (P)"
            onClick={() => onStep(-1)}
          >
            ↑
          </button>
          <button type="button" aria-label="Next match" title="Next match (N)" onClick={() => onStep(1)}>
            ↓
          </button>
        </>
      )}
    </search>
  );
}
