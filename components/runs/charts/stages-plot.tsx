import { memo } from "react";
import { Area, AreaChart, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { at } from "@/lib/base/checked";
import { workKinds } from "@/lib/trace/names";
import { workHue } from "./chart-hues";
import type { ChartSeries, StageStretch } from "./chart-series";
import { plotLeftPx, plotMargin, tickStyle } from "./plot-frame";

interface Edge {
  readonly atMs: number;
  readonly shares: readonly number[];
}

const nothing = workKinds.map(() => 0);

/** Each stretch as its two edges, down to nothing where the next does not follow at once. */
function stretchesToEdges(stretches: readonly StageStretch[]): Edge[] {
  return stretches.flatMap(({ startMs, endMs, shares }, i) => [
    { atMs: startMs, shares },
    ...(stretches[i + 1]?.startMs === endMs ? [] : [{ atMs: endMs, shares: nothing }]),
  ]);
}

/** Shares of the self time by kind of work, stacked to the whole. */
export const StagesPlot = memo(function StagesPlot({ series }: { readonly series: ChartSeries }) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart data={stretchesToEdges(series.stretches)} margin={plotMargin} accessibilityLayer={false}>
        <XAxis dataKey="atMs" type="number" domain={[series.fromMs, series.toMs]} allowDataOverflow hide />
        <YAxis
          type="number"
          domain={[0, 1]}
          allowDataOverflow
          ticks={[0, 1]}
          interval={0}
          tickFormatter={(share: number) => `${share * 100}\u00a0%`}
          tick={tickStyle}
          tickLine={false}
          axisLine={false}
          width={plotLeftPx}
        />
        {series.works.map((work) => {
          const index = workKinds.indexOf(work);
          return (
            <Area
              key={work}
              type="stepAfter"
              stackId="work"
              dataKey={({ shares }: Edge) => at(shares, index)}
              stroke="none"
              fill={workHue(work)}
              fillOpacity={1}
              isAnimationActive={false}
              dot={false}
              activeDot={false}
              legendType="none"
            />
          );
        })}
      </AreaChart>
    </ResponsiveContainer>
  );
});
