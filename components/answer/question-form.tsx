"use client";

import { type KeyboardEvent, type MouseEvent, useId } from "react";
import { modeNames } from "@/components/shared/mode-names";
import { Button } from "@/components/ui/button";
import { type AskMode, askModes } from "@/lib/api/ask";

/** As askRequestSchema has it; the box stops there, so that nothing is cut on the way. */
const maxQuestionChars = 2_000;

/** The question, what it is answered from, and Ask, or Cancel while it is under way. Enter sends. */
export function QuestionForm({
  question,
  mode,
  isRunning,
  onQuestion,
  onMode,
  onAsk,
  onCancel,
}: {
  readonly question: string;
  readonly mode: AskMode;
  readonly isRunning: boolean;
  readonly onQuestion: (question: string) => void;
  readonly onMode: (mode: AskMode) => void;
  readonly onAsk: () => void;
  readonly onCancel: () => void;
}) {
  const boxId = useId();
  const isEmpty = question.trim() === "";
  const send = () => {
    if (!isEmpty) onAsk();
  };
  // One button that never submits the form: were it to turn from Cancel into a submit button while a click is
  // under way, the browser would take that click for a submit and ask again.
  const press = (event: MouseEvent) => {
    if (!isRunning) send();
    // The second half of a double click on Ask must not cancel.
    else if (event.detail < 2) onCancel();
  };
  const sendOnEnter = (event: KeyboardEvent) => {
    // Enter also ends the composition of a character (Japanese, Chinese): that one must not send.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      aria-label="Question"
      onSubmit={(event) => event.preventDefault()}
      className="rounded-lg border border-edge bg-ground shadow-xs focus-within:border-accent focus-within:ring-1 focus-within:ring-accent"
    >
      <label htmlFor={boxId} className="sr-only">
        Your question
      </label>
      <textarea
        id={boxId}
        rows={2}
        maxLength={maxQuestionChars}
        // biome-ignore lint/a11y/noAutofocus: asking is what this page is for
        autoFocus
        enterKeyHint="send"
        placeholder="Ask something about your tables and documents"
        className="field-sizing-content block max-h-60 min-h-[4.25rem] w-full resize-none bg-transparent px-4 pt-3 pb-1 outline-none"
        value={question}
        onChange={(event) => onQuestion(event.target.value)}
        onKeyDown={sendOnEnter}
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-2 pb-2">
        <fieldset className="flex rounded-md bg-panel p-0.5">
          <legend className="sr-only">Answer from</legend>
          {askModes.map((value) => (
            <label
              key={value}
              className="rounded px-2.5 py-1 text-[13px] text-muted hover:text-ink has-checked:bg-ground has-checked:text-ink has-checked:shadow-xs has-checked:ring-1 has-checked:ring-line has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="mode"
                className="sr-only"
                value={value}
                checked={mode === value}
                onChange={() => onMode(value)}
              />
              {modeNames[value]}
            </label>
          ))}
        </fieldset>
        {question.length > maxQuestionChars * 0.9 ? (
          <span className="text-[13px] text-muted tabular-nums">
            {maxQuestionChars - question.length} characters left
          </span>
        ) : null}
        <div className="ml-auto flex items-center gap-3">
          <span className="hidden text-muted text-xs sm:inline">Shift+Enter for a new line</span>
          <Button
            look={isRunning ? "plain" : "primary"}
            className="w-20"
            disabled={!isRunning && isEmpty}
            onClick={press}
          >
            {isRunning ? "Cancel" : "Ask"}
          </Button>
        </div>
      </div>
    </form>
  );
}
