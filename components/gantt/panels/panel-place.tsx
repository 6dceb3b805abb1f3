import { type ReactNode, useRef } from "react";
import { keepSizes, readKeptSizes } from "./kept-sizes";
import { Splitter } from "./splitter";

const minPanelPx = 96;
const openingPx = 260;
/** The timeline keeps at least this share of the room that both have. */
const maxShare = 0.6;

/** A panel below the timeline, as high as a person made it; the timeline gets what is left and is never covered. */
export function PanelPlace({
  label,
  onClose,
  children,
}: {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const place = useRef<HTMLElement>(null);
  const heightPx = () => place.current?.offsetHeight ?? openingPx;
  const set = (sizePx: number) => place.current?.style.setProperty("height", `${sizePx}px`);
  return (
    <>
      <Splitter
        orientation="horizontal"
        label={`Height of ${label.toLowerCase()}`}
        sizePx={heightPx}
        minPx={minPanelPx}
        maxPx={() => Math.max(minPanelPx, (place.current?.parentElement?.offsetHeight ?? 800) * maxShare)}
        sizeAt={(_, clientY) => (place.current?.getBoundingClientRect().bottom ?? 0) - clientY}
        onSize={set}
        onDone={(panelPx) => keepSizes({ panelPx })}
      />
      <section
        ref={(element) => {
          place.current = element;
          if (element && element.style.height === "") set(readKeptSizes().panelPx ?? openingPx);
        }}
        className="gantt-panel"
        aria-label={label}
      >
        <header>
          <h2>{label}</h2>
          <button type="button" onClick={onClose} aria-label={`Close ${label.toLowerCase()}`}>
            ✕
          </button>
        </header>
        <div className="gantt-panel-content">{children}</div>
      </section>
    </>
  );
}
