import { memo, useState } from "react";
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { formatCount } from "@/lib/base/count";
import type { ChartSeries } from "./chart-series";
import { plotHeightsPx, plotLeftPx, plotMargin, plotRightPx, tickStyle } from "./plot-frame";
import { formatTick, timeTicks } from "./time-ticks";

/** A label of the time axis with its space. */
const tickPx = 84;

/** Runs with an error, as bars, over the axis of time that all plots share. */
export const ErrorsPlot = memo(function ErrorsPlot({ series }: { readonly series: ChartSeries }) {
  const { fromMs, toMs, bucketMs, buckets } = series;
  const [widthPx, setWidthPx] = useState(600);
  const most = Math.max(2, Math.floor((widthPx - plotLeftPx - plotRightPx) / tickPx));
  const zoneMs = -new Date(fromMs).getTimezoneOffset() * 60_000;
  const edges = buckets.flatMap(({ startMs, errors }, i) => [
    { atMs: startMs, errors },
    ...(i === buckets.length - 1 ? [{ atMs: startMs + bucketMs, errors: 0 }] : []),
  ]);
  const highest = Math.max(series.maxErrors, 1);
  return (
    <ResponsiveContainer width="100%" height="100%" onResize={setWidthPx}>
      <AreaChart data={edges} margin={{ ...plotMargin, bottom: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--grid)" vertical={false} horizontalValues={[highest]} />
        <XAxis
          dataKey="atMs"
          type="number"
          domain={[fromMs, toMs]}
          allowDataOverflow
          ticks={timeTicks(fromMs, toMs, most, zoneMs)}
          tickFormatter={(ms: number) => formatTick(ms, toMs - fromMs)}
          interval="preserveStartEnd"
          tick={tickStyle}
          tickLine={{ stroke: "var(--line)" }}
          axisLine={{ stroke: "var(--line)" }}
          height={plotHeightsPx.axis}
        />
        <YAxis
          type="number"
          domain={[0, highest]}
          allowDataOverflow
          ticks={[0, highest]}
          interval={0}
          tickFormatter={formatCount}
          tick={tickStyle}
          tickLine={false}
          axisLine={false}
          width={plotLeftPx}
        />
        <Area
          type="stepAfter"
          dataKey="errors"
          stroke="none"
          fill="var(--error)"
          fillOpacity={1}
          isAnimationActive={false}
          dot={false}
          activeDot={false}
          legendType="none"
        />
      </AreaChart>
    </ResponsiveContainer>
  );
});
