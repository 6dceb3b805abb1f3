import { at } from "@/lib/base/checked";
import { formatDuration } from "@/lib/base/time";
import { workLabels } from "@/lib/gantt/paint/palette";
import { workKinds } from "@/lib/trace/names";
import { formatShare } from "./bucket-tip";
import type { ChartBucket, ChartSeries } from "./chart-series";
import { formatStretch } from "./time-ticks";

/** The same numbers as the plots, for those who do not see them: a row for each bucket that holds runs. */
export function ChartsTable({ series }: { readonly series: ChartSeries }) {
  return (
    // Around the table: one that is hidden itself keeps the width of its words.
    <div className="sr-only">
      <table>
        <caption>Runs over time: durations, stages and errors</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Runs</th>
            <th scope="col">Errors</th>
            <th scope="col">Durations</th>
            <th scope="col">Where the time went</th>
          </tr>
        </thead>
        <tbody>
          {series.buckets
            .filter(({ runs }) => runs > 0)
            .map((bucket) => (
              <tr key={bucket.startMs}>
                <th scope="row">{formatStretch(bucket.startMs, bucket.startMs + series.bucketMs)}</th>
                <td>{bucket.runs}</td>
                <td>{bucket.errors}</td>
                <td>{durationsInWords(series, bucket)}</td>
                <td>{stagesInWords(series, bucket)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function durationsInWords({ kinds }: ChartSeries, bucket: ChartBucket): string {
  return bucket.kinds
    .flatMap((kind, i) =>
      kind
        ? [
            `${kinds[i]?.label}: p50 ${formatDuration(kind.p50Ms * 1e6)}, p95 ${formatDuration(kind.p95Ms * 1e6)}`,
          ]
        : [],
    )
    .join("; ");
}

function stagesInWords({ stretches }: ChartSeries, { startMs }: ChartBucket): string {
  const stretch = stretches.find((each) => each.startMs <= startMs && startMs < each.endMs);
  return workKinds
    .map((work, i) => ({ work, share: stretch ? at(stretch.shares, i) : 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .map(({ work, share }) => `${workLabels[work]} ${formatShare(share)}`)
    .join(", ");
}
