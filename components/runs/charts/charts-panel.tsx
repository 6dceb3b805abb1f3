"use client";

import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { errorToWords } from "@/components/ui/notice";
import type { RunChart } from "@/lib/api/run-chart";
import { formatCount, formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import type { RunsFilter } from "../list/runs-address";
import type { BrushedBuckets } from "./brush";
import { formatShare } from "./bucket-tip";
import { type ChartSeries, chartToSeries } from "./chart-series";
import { ChartsTable } from "./charts-table";
import { plotHeightsPx } from "./plot-frame";
import { formatStretch } from "./time-ticks";
import type { useRunChart } from "./use-run-chart";

// The chart library is the largest part of the page; the list does not wait for it.
const RunsPlots = dynamic(() => import("./runs-plots"), { ssr: false });

const titlePx = 20;
const heightPx = Object.values(plotHeightsPx).reduce((sum, each) => sum + each, 3 * titlePx);

/** The charts over the list, with their space kept from the first moment on, and the range that was chosen. */
export function ChartsPanel({
  filter,
  chart,
  onRange,
}: {
  readonly filter: RunsFilter;
  readonly chart: ReturnType<typeof useRunChart>;
  readonly onRange: (range: { readonly from: string; readonly to: string } | undefined) => void;
}) {
  const { data, error, isPlaceholderData, refetch } = chart;
  const series = useMemo(() => data && chartToSeries(data), [data]);
  const [chosen, setChosen] = useState<BrushedBuckets | undefined>(undefined);
  // What was chosen belongs to an axis: with another one it is over.
  const axis = series && `${series.fromMs} ${series.toMs}`;
  const [chosenOn, setChosenOn] = useState(axis);
  if (chosenOn !== axis) {
    setChosenOn(axis);
    setChosen(undefined);
  }
  const take = ({ from, to }: BrushedBuckets) => {
    if (!series) return;
    setChosen(undefined);
    const moment = (edge: number) => new Date(series.fromMs + edge * series.bucketMs).toISOString();
    onRange({ from: moment(from), to: moment(to) });
  };
  return (
    <section aria-label="Runs over time" aria-busy={chart.isFetching} className="mb-4">
      <div className="mb-1 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-[13px] tabular-nums">
        {filter.from && filter.to ? (
          <Button
            className="h-8 border-accent px-2.5 text-[13px]"
            aria-label={`Remove the range ${formatStretch(Date.parse(filter.from), Date.parse(filter.to))}`}
            onClick={() => onRange(undefined)}
          >
            {formatStretch(Date.parse(filter.from), Date.parse(filter.to))}
            <Icon name="close" className="size-3.5" />
          </Button>
        ) : null}
        {series && chosen ? (
          <Chosen
            series={series}
            chosen={chosen}
            onTake={() => take(chosen)}
            onLeave={() => setChosen(undefined)}
          />
        ) : data ? (
          <Summary chart={data} series={series} />
        ) : null}
      </div>
      <div
        style={{ height: heightPx }}
        className={`transition-opacity ${isPlaceholderData ? "opacity-60" : ""}`}
      >
        {error && !data ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : series ? (
          <RunsPlots series={series} chosen={chosen} onChoose={setChosen} onTake={take} />
        ) : data ? null : (
          <p role="status" className="sr-only">
            Reading the charts
          </p>
        )}
      </div>
      {series ? <ChartsTable series={series} /> : null}
    </section>
  );
}

function Summary({ chart, series }: { readonly chart: RunChart; readonly series: ChartSeries | undefined }) {
  if (!series) return null;
  const { runs, errors, stages } = chart;
  if (runs === 0)
    return (
      <p className="text-muted">
        No run matches between {formatStretch(series.fromMs, series.toMs)}. Older ones are in the list below.
      </p>
    );
  return (
    <p className="text-muted">
      <b className="font-semibold text-ink">{formatQuantity(runs, "run")}</b>
      {errors > 0 ? (
        <span className="text-error">
          , {formatCount(errors)} with an error ({formatShare(errors / runs)})
        </span>
      ) : null}
      <span className="max-sm:hidden">, p50 {formatDuration(chart.p50_ms * 1e6)}</span>, p95{" "}
      {formatDuration(chart.p95_ms * 1e6)}
      <span className="max-sm:hidden">
        {" "}
        · buckets of {formatBucket(series.bucketMs)}
        {stages.runs < runs ? ` · stages of ${formatCount(stages.runs)} of ${formatCount(runs)} runs` : ""}
      </span>
    </p>
  );
}

/** The range below the two edges, with how many runs are in it, before it is taken. */
function Chosen({
  series,
  chosen,
  onTake,
  onLeave,
}: {
  readonly series: ChartSeries;
  readonly chosen: BrushedBuckets;
  readonly onTake: () => void;
  readonly onLeave: () => void;
}) {
  const runs = series.buckets.slice(chosen.from, chosen.to).reduce((sum, bucket) => sum + bucket.runs, 0);
  const moment = (edge: number) => series.fromMs + edge * series.bucketMs;
  return (
    <>
      <p>
        {formatStretch(moment(chosen.from), moment(chosen.to))}
        <span className="text-muted"> · {formatQuantity(runs, "run")}</span>
      </p>
      <Button look="primary" className="h-8 px-2.5 text-[13px]" onClick={onTake}>
        Show these
      </Button>
      <Button look="quiet" className="h-8 px-2.5 text-[13px]" onClick={onLeave}>
        Cancel
      </Button>
    </>
  );
}

function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const { title, detail } = errorToWords(error);
  return (
    <div
      role="alert"
      className="grid h-full content-center justify-items-center gap-2 rounded-lg border border-line border-dashed px-4 text-center text-sm"
    >
      <p>
        <b className="font-semibold">{title}.</b> {detail}
      </p>
      <Button onClick={onRetry}>Try the charts again</Button>
    </div>
  );
}

const bucketUnits = [
  ["day", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** A bucket's width, which is a whole number of its unit. */
function formatBucket(ms: number): string {
  const [unit, unitMs] = bucketUnits.find(([, each]) => ms % each === 0) ?? (["ms", 1] as const);
  const count = ms / unitMs;
  return unit === "day" ? formatQuantity(count, "day") : `${count} ${unit}`;
}
