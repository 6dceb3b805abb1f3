import { useEffect, useRef } from "react";
import { findExamples } from "@/lib/find/find-query";
import { keyEntries, keyGroups } from "./keys";

const names: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowRight: "→",
  ArrowLeft: "←",
  PageDown: "Page down",
  PageUp: "Page up",
  Escape: "Esc",
};

function keyName(key: string): string {
  if (key.startsWith("Shift+")) return `Shift ${keyName(key.slice(6))}`;
  return names[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : key);
}

const gestures: readonly (readonly [string, string])[] = [
  ["Wheel over the chart", "Zoom at the pointer"],
  ["Wheel over the names, shift + wheel", "Scroll the rows"],
  ["Two fingers on a trackpad", "Scroll the rows, pan in time"],
  ["Pinch, ctrl + wheel", "Zoom at the pointer"],
  ["Drag, one finger", "Pan in time and rows"],
  ["Shift + drag, drag on the axis", "Choose what is shown"],
  ["Double click", "Fit the span, again for everything"],
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
        {keyGroups.map((group) => (
          <KeyGroup key={group} group={group} />
        ))}
        <section>
          <h3>Pointer and fingers</h3>
          <dl className="gantt-keys-gestures">
            {gestures.map(([gesture, text]) => (
              <div key={gesture}>
                <dt>{gesture}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>What the find box understands</h3>
          <dl className="gantt-keys-gestures">
            {findExamples.map(([example, meaning]) => (
              <div key={example}>
                <dt>
                  <code>{example}</code>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </dialog>
  );
}

function KeyGroup({ group }: { readonly group: (typeof keyGroups)[number] }) {
  const entries = keyEntries.filter((entry) => entry.group === group);
  return (
    <section>
      <h3>{group}</h3>
      <dl>
        {[...new Set(entries.map((entry) => entry.action))].map((action) => {
          const ofAction = entries.filter((entry) => entry.action === action);
          return (
            <div key={action}>
              <dt>
                {ofAction
                  .flatMap((entry) => entry.keys)
                  .map((key) => (
                    <kbd key={key}>{keyName(key)}</kbd>
                  ))}
              </dt>
              <dd>{ofAction[0]?.text}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
