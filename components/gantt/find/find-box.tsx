import { type RefObject, useId, useState } from "react";
import { formatQuantity } from "@/lib/base/count";
import { maxFindChars } from "@/lib/find/find-query";
import type { Found } from "./use-find";

interface FindBoxProps {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly found: Found;
  /** Whether rows that do not match are hidden; they are dimmed otherwise. */
  readonly hide: boolean;
  readonly onText: (text: string) => void;
  readonly onHide: (hide: boolean) => void;
  readonly onStep: (direction: 1 | -1) => void;
  readonly onLeave: () => void;
}

/**
 * One box over everything that spans hold; Enter goes on to the next match, with shift to the one before. What is
 * wrong with the text, or was not looked at, stands in one line below it.
 */
export function FindBox({ inputRef, text, found, hide, onText, onHide, onStep, onLeave }: FindBoxProps) {
  const id = useId();
  const [isFocused, setIsFocused] = useState(false);
  const isAsked = text.trim() !== "";
  const line = isAsked ? (found.error ?? found.note) : undefined;
  return (
    <search className="gantt-find" onFocus={() => setIsFocused(true)} onBlur={() => setIsFocused(false)}>
      <div className="gantt-find-box">
        <input
          ref={inputRef}
          type="text"
          value={text}
          maxLength={maxFindChars}
          placeholder="Find text, key=value, duration>50ms"
          aria-label="Find spans by text, key=value, duration>50ms, error or /expression/"
          aria-describedby={`${id}-line`}
          aria-invalid={isAsked && found.error !== undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
            else if (event.key === "Escape") {
              event.preventDefault();
              if (isAsked) onText("");
              else onLeave();
            }
          }}
        />
        {text !== "" && (
          <button
            type="button"
            className="gantt-find-clear"
            aria-label="Clear the search"
            onClick={() => onText("")}
          >
            ✕
          </button>
        )}
        <p
          id={`${id}-line`}
          className={found.error ? "gantt-find-line gantt-failure" : "gantt-find-line"}
          role={found.error ? "alert" : undefined}
          hidden={line === undefined && !(isFocused && found.searching)}
        >
          {line ?? searchingText(found.searching?.share)}
        </p>
      </div>
      <output className="gantt-found" aria-busy={found.searching !== undefined}>
        {isAsked && !found.error ? countText(found) : ""}
      </output>
      {isAsked && (
        <>
          <button
            type="button"
            aria-label="Previous match"
            title="Previous match (P, or Shift+Enter in the box)"
            disabled={found.count === 0}
            onClick={() => onStep(-1)}
          >
            ↑
          </button>
          <button
            type="button"
            aria-label="Next match"
            title="Next match (N, or Enter in the box)"
            disabled={found.count === 0}
            onClick={() => onStep(1)}
          >
            ↓
          </button>
          <button
            type="button"
            aria-pressed={hide}
            title="Show only what matches, and what lies above it (H)"
            onClick={() => onHide(!hide)}
          >
            Hide others
          </button>
        </>
      )}
    </search>
  );
}

function countText({ count, searching }: Found): string {
  const text = formatQuantity(count, "match", "matches");
  return searching ? `${text}…` : text;
}

function searchingText(share: number | undefined): string {
  return `Searching attributes and events…${share === undefined ? "" : ` ${Math.floor(share * 100)} %`}`;
}
