import { type KeyboardEvent, type PointerEvent, useRef } from "react";

interface SplitterProps {
  readonly orientation: "vertical" | "horizontal";
  readonly label: string;
  /** The size that it sets, now. */
  readonly sizePx: () => number;
  readonly minPx: number;
  readonly maxPx: () => number;
  /** The size from the pointer's place on the page. */
  readonly sizeAt: (clientX: number, clientY: number) => number;
  readonly onSize: (sizePx: number) => void;
  /** The person has let go: what is set may be kept. */
  readonly onDone: (sizePx: number) => void;
}

const stepPx = 16;

/**
 * A border that can be moved by pointer and by keys, as WAI-ARIA's window splitter. While it moves, nothing is
 * rendered: it says its new value itself.
 */
export function Splitter(props: SplitterProps) {
  const { orientation, label, sizePx, minPx, maxPx, sizeAt, onSize, onDone } = props;
  const bar = useRef<HTMLDivElement>(null);
  const isDragged = useRef(false);
  const set = (wantedPx: number) => {
    onSize(Math.round(Math.max(minPx, Math.min(maxPx(), wantedPx))));
    bar.current?.setAttribute("aria-valuenow", String(Math.round(sizePx())));
  };
  const end = () => {
    if (!isDragged.current) return;
    isDragged.current = false;
    onDone(sizePx());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The size grows to the right in the tree's column, upwards in the panel below.
    const [more, less] = orientation === "vertical" ? ["ArrowRight", "ArrowLeft"] : ["ArrowUp", "ArrowDown"];
    const to = { [more]: sizePx() + stepPx, [less]: sizePx() - stepPx, Home: minPx, End: maxPx() }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
    onDone(sizePx());
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be focused and moved
    <div
      ref={bar}
      role="separator"
      tabIndex={0}
      className={`gantt-splitter gantt-splitter-${orientation}`}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(sizePx())}
      aria-valuemin={minPx}
      aria-valuemax={Math.round(maxPx())}
      onKeyDown={onKeyDown}
      onPointerDown={(event: PointerEvent) => {
        if (event.button !== 0) return;
        isDragged.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event: PointerEvent) => isDragged.current && set(sizeAt(event.clientX, event.clientY))}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
