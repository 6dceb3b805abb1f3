// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AskMode } from "@/lib/api/ask";
import { QuestionForm } from "./question-form";

afterEach(cleanup);

/** The form as the page drives it: asking makes it run, cancelling ends that at once. */
function Page({ onAsk, onCancel }: { onAsk: () => void; onCancel: () => void }) {
  const [question, setQuestion] = useState("How many stations?");
  const [mode, setMode] = useState<AskMode>("auto");
  const [isRunning, setIsRunning] = useState(false);
  return (
    <QuestionForm
      question={question}
      mode={mode}
      isRunning={isRunning}
      onQuestion={setQuestion}
      onMode={setMode}
      onAsk={() => {
        onAsk();
        setIsRunning(true);
      }}
      onCancel={() => {
        onCancel();
        setIsRunning(false);
      }}
    />
  );
}

function show() {
  const onAsk = vi.fn();
  const onCancel = vi.fn();
  render(<Page onAsk={onAsk} onCancel={onCancel} />);
  return { onAsk, onCancel, box: screen.getByRole("textbox") };
}

describe("QuestionForm", () => {
  it("sends on Enter, but not on Shift+Enter or while a character is being composed", () => {
    const { onAsk, box } = show();
    fireEvent.keyDown(box, { key: "Enter", shiftKey: true });
    fireEvent.keyDown(box, { key: "Enter", isComposing: true });
    expect(onAsk).not.toHaveBeenCalled();
    fireEvent.keyDown(box, { key: "Enter" });
    expect(onAsk).toHaveBeenCalledTimes(1);
  });

  it("does not send an empty question", () => {
    const { onAsk, box } = show();
    fireEvent.change(box, { target: { value: "  \n" } });
    fireEvent.keyDown(box, { key: "Enter" });
    expect(onAsk).not.toHaveBeenCalled();
    expect(screen.getByRole("button", { name: "Ask" })).toHaveProperty("disabled", true);
  });

  it("cancels without asking again, and takes a double click on Ask for one", () => {
    const { onAsk, onCancel } = show();
    fireEvent.click(screen.getByRole("button", { name: "Ask" }), { detail: 1 });
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }), { detail: 2 });
    expect(onCancel).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }), { detail: 1 });
    expect([onAsk.mock.calls.length, onCancel.mock.calls.length]).toEqual([1, 1]);
  });

  it("lets one choose what is answered from", () => {
    show();
    fireEvent.click(screen.getByRole("radio", { name: "Documents" }));
    expect(screen.getByRole("radio", { name: "Documents" })).toHaveProperty("checked", true);
  });
});
