import { useEffect, useRef } from "react";
import { keyEntries } from "./keys";

const names: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowRight: "→",
  ArrowLeft: "←",
  PageDown: "Page down",
  PageUp: "Page up",
  Escape: "Esc",
};

const gestures: readonly (readonly [string, string])[] = [
  ["Wheel over the chart", "Zoom at the pointer"],
  ["Wheel over the names, shift + wheel", "Scroll the rows"],
  ["Two fingers on a trackpad", "Scroll the rows, pan in time"],
  ["Pinch, ctrl + wheel", "Zoom at the pointer"],
  ["Drag", "Pan in time and rows"],
  ["Double click", "Fit the span"],
  ["Drag on the strip above", "Choose what is shown"],
];

/** Every key and gesture, over the timeline until it is closed. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="gantt-keys" aria-label="Keys" onClose={onClose}>
      <header>
        <h2>Keys</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div className="gantt-keys-lists">
        <dl>
          {[...new Set(keyEntries.map((entry) => entry.action))].map((action) => {
            const entries = keyEntries.filter((entry) => entry.action === action);
            return (
              <div key={action}>
                <dt>
                  {entries
                    .flatMap((entry) => entry.keys)
                    .map((key) => (
                      <kbd key={key}>{names[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : key)}</kbd>
                    ))}
                </dt>
                <dd>{entries[0]?.text}</dd>
              </div>
            );
          })}
        </dl>
        <dl className="gantt-keys-gestures">
          {gestures.map(([gesture, text]) => (
            <div key={gesture}>
              <dt>{gesture}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
