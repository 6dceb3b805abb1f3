import { at } from "@/lib/base/checked";
import { formatCount, formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { workLabels } from "@/lib/gantt/paint/palette";
import { workKinds } from "@/lib/trace/names";
import { kindHues, workHue } from "./chart-hues";
import type { ChartBucket, ChartSeries, StageStretch } from "./chart-series";
import { formatStretch } from "./time-ticks";

/** Kinds of work that are worth a line. */
const mostWorks = 4;

/** All that the three plots say of one bucket, beside it on the side where there is more room. */
export function BucketTip({
  series,
  bucket,
  isLeft,
}: {
  readonly series: ChartSeries;
  readonly bucket: ChartBucket;
  readonly isLeft: boolean;
}) {
  const at = ((bucket.startMs - series.fromMs) / (series.toMs - series.fromMs)) * 100;
  const width = 100 / series.count;
  const place = isLeft ? { right: `calc(${100 - at}% + 8px)` } : { left: `calc(${at + width}% + 8px)` };
  const hues = kindHues(series.kinds);
  const stretch = series.stretches.find(
    ({ startMs, endMs }) => startMs <= bucket.startMs && bucket.startMs < endMs,
  );
  return (
    <div
      className="pointer-events-none absolute top-1 z-20 w-max max-w-64 rounded-md border border-line bg-panel px-2.5 py-1.5 text-xs tabular-nums shadow-sm"
      style={place}
      data-testid="bucket-tip"
    >
      <p className="whitespace-nowrap text-muted">
        {formatStretch(bucket.startMs, bucket.startMs + series.bucketMs)}
      </p>
      <p className="font-semibold">
        {bucket.runs === 0 ? "No runs" : formatQuantity(bucket.runs, "run")}
        {bucket.errors > 0 ? (
          <span className="text-error">
            , {formatQuantity(bucket.errors, "error")} ({formatShare(bucket.errors / bucket.runs)})
          </span>
        ) : null}
      </p>
      {bucket.kinds.map((kind, i) =>
        kind ? (
          <p key={`${i} ${series.kinds[i]?.label}`} className="flex items-baseline gap-1.5">
            <span
              className="h-2 w-2 shrink-0 rounded-[1px]"
              style={{ background: hues[i]?.over ?? hues[i]?.hue }}
            />
            <span className="min-w-0 flex-1 truncate">{series.kinds[i]?.label}</span>
            <span className="whitespace-nowrap text-muted">
              {formatCount(kind.runs)} · p50{" "}
              <b className="font-semibold text-ink">{formatDuration(kind.p50Ms * 1e6)}</b> · p95{" "}
              <b className="font-semibold text-ink">{formatDuration(kind.p95Ms * 1e6)}</b>
            </span>
          </p>
        ) : null,
      )}
      {bucket.runs > 0 && stretch ? <Stages stretch={stretch} /> : null}
    </div>
  );
}

function Stages({ stretch }: { readonly stretch: StageStretch }) {
  const works = workKinds
    .map((work, i) => ({ work, share: at(stretch.shares, i) }))
    .filter(({ share }) => share >= 0.005)
    .sort((a, b) => b.share - a.share)
    .slice(0, mostWorks);
  return (
    <ul className="mt-1 flex flex-wrap gap-x-2.5 border-grid border-t pt-1 text-muted">
      {works.map(({ work, share }) => (
        <li key={work} className="flex items-baseline gap-1">
          <span className="h-2 w-2 shrink-0 rounded-[1px]" style={{ background: workHue(work) }} />
          {workLabels[work]} {formatShare(share)}
        </li>
      ))}
    </ul>
  );
}

/** A share of 0 to 1 in two or three figures: `0.4 %`, `12 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}
