"use client";

import { workLabels } from "@/lib/gantt/paint/palette";
import type { BrushedBuckets } from "./brush";
import { BrushLayer } from "./brush-layer";
import { kindHues, workHue } from "./chart-hues";
import type { ChartSeries } from "./chart-series";
import { DurationsPlot } from "./durations-plot";
import { ErrorsPlot } from "./errors-plot";
import { plotHeightsPx } from "./plot-frame";
import { StagesPlot } from "./stages-plot";

/** Three plots on one axis of time, and the layer over all of them that reads and chooses. */
export default function RunsPlots({
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
  const hues = kindHues(series.kinds);
  return (
    <div className="relative">
      <div aria-hidden="true">
        <PlotTitle title="Duration" hint="p50, broken line p95">
          {series.kinds.map((kind, i) => (
            <Legend key={`${i} ${kind.label}`} hues={[hues[i]?.hue, hues[i]?.over]} label={kind.label} />
          ))}
        </PlotTitle>
        <div style={{ height: plotHeightsPx.durations }}>
          <DurationsPlot series={series} />
        </div>
        <PlotTitle title="Where the time went" hint="">
          {series.works.map((work) => (
            <Legend key={work} hues={[workHue(work)]} label={workLabels[work]} />
          ))}
        </PlotTitle>
        <div style={{ height: plotHeightsPx.stages }}>
          <StagesPlot series={series} />
        </div>
        <PlotTitle title="Runs with an error" hint="" />
        <div style={{ height: plotHeightsPx.errors + plotHeightsPx.axis }}>
          <ErrorsPlot series={series} />
        </div>
      </div>
      <BrushLayer series={series} chosen={chosen} onChoose={onChoose} onTake={onTake} />
    </div>
  );
}

function PlotTitle({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint: string;
  readonly children?: React.ReactNode;
}) {
  return (
    <div className="flex h-5 items-center gap-x-3 overflow-hidden whitespace-nowrap text-[11px] text-muted">
      <span className="font-medium text-ink">{title}</span>
      {hint ? <span className="max-sm:hidden">{hint}</span> : null}
      {/* What does not fit into the line is left out whole; the numbers of a bucket name everything. */}
      <span className="ml-auto flex h-5 min-w-0 flex-wrap items-center justify-end gap-x-3 overflow-hidden pr-2.5 leading-5">
        {children}
      </span>
    </div>
  );
}

function Legend({ hues, label }: { readonly hues: readonly (string | undefined)[]; readonly label: string }) {
  return (
    <span className="flex h-5 items-center gap-1">
      <span className="flex shrink-0">
        {hues.map((hue, i) =>
          hue ? (
            <i
              key={hue}
              className={`h-2 rounded-[1px] ${hues[1] ? "w-1" : "w-2"} ${i === 1 ? "ml-px" : ""}`}
              style={{ background: hue }}
            />
          ) : null,
        )}
      </span>
      <span className="max-w-32 truncate">{label}</span>
    </span>
  );
}
