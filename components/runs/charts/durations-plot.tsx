import { memo } from "react";
import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { clamp } from "@/lib/base/clamp";
import { formatDuration } from "@/lib/base/time";
import { kindHues } from "./chart-hues";
import type { ChartBucket, ChartSeries } from "./chart-series";
import { plotLeftPx, plotMargin, tickStyle } from "./plot-frame";

/** The median of each kind's durations as a line, its p95 as a broken one, and the stretch between them tinted. */
export const DurationsPlot = memo(function DurationsPlot({ series }: { readonly series: ChartSeries }) {
  const { durationScale: scale, kinds, buckets } = series;
  const hues = kindHues(kinds);
  const common = {
    isAnimationActive: false,
    connectNulls: false,
    legendType: "none",
    activeDot: false,
  } as const;
  const cut = (ms: number) => clamp(ms, scale.lowMs, scale.highMs);
  const p50 = (kind: number) => (bucket: ChartBucket) => valueOrGap(bucket.kinds[kind]?.p50Ms, cut);
  const p95 = (kind: number) => (bucket: ChartBucket) => valueOrGap(bucket.kinds[kind]?.p95Ms, cut);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={buckets as ChartBucket[]} margin={plotMargin} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--grid)" vertical={false} />
        <XAxis dataKey="atMs" type="number" domain={[series.fromMs, series.toMs]} allowDataOverflow hide />
        <YAxis
          type="number"
          scale={scale.isLog ? "log" : "linear"}
          domain={[scale.lowMs, scale.highMs]}
          allowDataOverflow
          ticks={[...scale.ticksMs]}
          interval={0}
          tickFormatter={formatDurationTick}
          tick={tickStyle}
          tickLine={false}
          axisLine={false}
          width={plotLeftPx}
        />
        {kinds.map((kind, i) => (
          <Area
            key={`band ${kind.label} ${kind.mode ?? ""}`}
            {...common}
            dataKey={(bucket: ChartBucket) => {
              const own = bucket.kinds[i];
              return own ? [cut(own.p50Ms), cut(own.p95Ms)] : null;
            }}
            stroke="none"
            fill={hues[i]?.over ?? hues[i]?.hue}
            fillOpacity={0.13}
            dot={false}
          />
        ))}
        {kinds.map((kind, i) => (
          <Line
            key={`p95 ${kind.label} ${kind.mode ?? ""}`}
            {...common}
            dataKey={p95(i)}
            stroke={hues[i]?.hue}
            strokeOpacity={0.75}
            strokeWidth={1}
            strokeDasharray="2 3"
            dot={aloneDots(buckets, i, 1.25, hues[i]?.hue)}
          />
        ))}
        {kinds.map((kind, i) => (
          <Line
            key={`p50 ${kind.label} ${kind.mode ?? ""}`}
            {...common}
            dataKey={p50(i)}
            stroke={hues[i]?.hue}
            strokeWidth={1.75}
            dot={aloneDots(buckets, i, 2.25, hues[i]?.over ?? hues[i]?.hue)}
          />
        ))}
        {kinds.map((kind, i) =>
          hues[i]?.over ? (
            <Line
              key={`over ${kind.label} ${kind.mode ?? ""}`}
              {...common}
              dataKey={p50(i)}
              stroke={hues[i]?.over}
              strokeWidth={1.75}
              strokeDasharray="5 5"
              dot={false}
            />
          ) : null,
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
});

function valueOrGap(ms: number | undefined, cut: (ms: number) => number): number | null {
  return ms === undefined ? null : cut(ms);
}

interface DotPlace {
  readonly key?: React.Key | null;
  readonly cx?: number;
  readonly cy?: number;
  readonly index?: number;
}

/** A line needs two neighbours: a bucket without one is shown by a dot. */
function aloneDots(buckets: readonly ChartBucket[], kind: number, radius: number, hue: string | undefined) {
  const has = (index: number) => buckets[index]?.kinds[kind] !== undefined;
  return ({ key, cx, cy, index = 0 }: DotPlace) =>
    cx !== undefined && cy !== undefined && has(index) && !has(index - 1) && !has(index + 1) ? (
      <circle key={key} cx={cx} cy={cy} r={radius} fill={hue} />
    ) : (
      <g key={key} />
    );
}

/** A duration without zeros that say nothing, on one line. */
function formatDurationTick(ms: number): string {
  const [value, unit] = formatDuration(ms * 1e6).split(" ");
  return `${Number(value)}\u00a0${unit}`;
}
