"use client";

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import {
  type BrushEdge,
  type BrushedBuckets,
  bucketAt,
  dragToBuckets,
  keyToStep,
  minDragPx,
  moveEdge,
} from "./brush";
import { BucketTip } from "./bucket-tip";
import type { ChartSeries } from "./chart-series";
import { plotLeftPx, plotRightPx } from "./plot-frame";
import { formatStretch } from "./time-ticks";

interface Drag {
  /** Where the stretch is held fast, in pixels from the axis' left end. */
  readonly anchorPx: number;
  readonly startPx: number;
  isMoved: boolean;
}

/**
 * The layer over the plots: the bucket below the pointer with its numbers, and the stretch that is being chosen,
 * by dragging or by the keys of its two edges. Enter takes it, Escape lets it go.
 */
export function BrushLayer({
  series,
  chosen,
  onChoose,
  onTake,
}: {
  readonly series: ChartSeries;
  readonly chosen: BrushedBuckets | undefined;
  readonly onChoose: (chosen: BrushedBuckets | undefined) => void;
  readonly onTake: (chosen: BrushedBuckets) => void;
}) {
  const layer = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const { count } = series;

  const placeOf = (event: PointerEvent) => {
    const box = layer.current?.getBoundingClientRect();
    return { px: event.clientX - (box?.left ?? 0), widthPx: Math.max(box?.width ?? 1, 1) };
  };
  const begin = (event: PointerEvent, anchorEdge?: number) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const { px, widthPx } = placeOf(event);
    layer.current?.setPointerCapture(event.pointerId);
    const anchorPx = anchorEdge === undefined ? px : (anchorEdge / count) * widthPx;
    drag.current = { anchorPx, startPx: px, isMoved: false };
  };
  const move = (event: PointerEvent) => {
    const { px, widthPx } = placeOf(event);
    if (px >= 0 && px <= widthPx) setHovered(bucketAt(px, widthPx, count));
    const held = drag.current;
    if (!held) return;
    if (Math.abs(px - held.startPx) >= minDragPx) held.isMoved = true;
    if (held.isMoved) onChoose(dragToBuckets(held.anchorPx, px, widthPx, count));
  };
  const end = (event: PointerEvent) => {
    const held = drag.current;
    drag.current = null;
    if (!held?.isMoved) return;
    const { px, widthPx } = placeOf(event);
    onTake(dragToBuckets(held.anchorPx, px, widthPx, count));
  };
  const cancel = () => {
    drag.current = null;
    onChoose(undefined);
  };

  const shown = chosen ?? { from: 0, to: count };
  const percent = (edge: number) => `${(edge / count) * 100}%`;
  const bucket = hovered === undefined ? undefined : series.buckets[Math.min(hovered, count - 1)];
  return (
    <div
      ref={layer}
      className="absolute inset-y-0 cursor-crosshair touch-pan-y select-none"
      style={{ left: plotLeftPx, right: plotRightPx }}
      onPointerDown={(event) => begin(event)}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={cancel}
      onPointerLeave={() => setHovered(undefined)}
      data-testid="brush"
    >
      {chosen ? (
        <>
          <Shade left="0" right={`calc(100% - ${percent(chosen.from)})`} />
          <Shade left={percent(chosen.to)} right="0" />
        </>
      ) : null}
      {bucket ? (
        <div
          className="pointer-events-none absolute inset-y-0 border-muted/40 border-l bg-muted/10"
          style={{ left: percent(series.buckets.indexOf(bucket)), width: percent(1) }}
        />
      ) : null}
      {(["from", "to"] as const).map((edge) => (
        <Edge
          key={edge}
          edge={edge}
          series={series}
          shown={shown}
          onGrab={(event) => {
            event.stopPropagation();
            begin(event, edge === "from" ? shown.to : shown.from);
          }}
          onMove={onChoose}
          onTake={() => onTake(shown)}
          onCancel={cancel}
          isChosen={chosen !== undefined}
        />
      ))}
      {bucket ? (
        <BucketTip series={series} bucket={bucket} isLeft={bucket.atMs > (series.fromMs + series.toMs) / 2} />
      ) : null}
    </div>
  );
}

/** Everything outside the selected range is dimmed. */
function Shade({ left, right }: { readonly left: string; readonly right: string }) {
  return <div className="pointer-events-none absolute inset-y-0 bg-ground/65" style={{ left, right }} />;
}

function Edge({
  edge,
  series,
  shown,
  isChosen,
  onGrab,
  onMove,
  onTake,
  onCancel,
}: {
  readonly edge: BrushEdge;
  readonly series: ChartSeries;
  readonly shown: BrushedBuckets;
  readonly isChosen: boolean;
  readonly onGrab: (event: PointerEvent) => void;
  readonly onMove: (chosen: BrushedBuckets) => void;
  readonly onTake: () => void;
  readonly onCancel: () => void;
}) {
  const { count, fromMs, bucketMs } = series;
  const at = shown[edge];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = keyToStep(event.key, at, count);
    if (step !== undefined) onMove(moveEdge(shown, edge, step, count));
    else if (event.key === "Enter" && isChosen) onTake();
    else if (event.key === "Escape" && isChosen) onCancel();
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={edge === "from" ? "Start of the range" : "End of the range"}
      aria-valuemin={edge === "from" ? 0 : shown.from + 1}
      aria-valuemax={edge === "from" ? shown.to - 1 : count}
      aria-valuenow={at}
      aria-valuetext={formatStretch(fromMs + shown.from * bucketMs, fromMs + shown.to * bucketMs)}
      aria-keyshortcuts="Enter Escape"
      className="group absolute inset-y-0 z-10 w-4 -translate-x-1/2 cursor-ew-resize rounded-sm"
      style={{ left: `${(at / count) * 100}%` }}
      onPointerDown={onGrab}
      onKeyDown={onKeyDown}
    >
      <span
        className={`absolute inset-y-0 left-1/2 w-px ${isChosen ? "bg-accent" : "group-hover:bg-accent group-focus-visible:bg-accent"}`}
      />
      <span
        className={`absolute top-15 left-1/2 h-6 w-1.5 -translate-x-1/2 rounded-full border border-ground ${isChosen ? "bg-accent" : "bg-edge group-hover:bg-accent group-focus-visible:bg-accent"}`}
      />
    </div>
  );
}
