import { Fragment } from "react";
import { formatCount } from "@/lib/base/count";
import { quoteFlag } from "@/lib/find/find-query";
import type { SpanFlag } from "@/lib/find/find-terms";
import type { Timeline } from "@/lib/gantt/timeline";
import type { Oddity } from "@/lib/trace/analysis/tree";

const notices: readonly (readonly [SpanFlag, Oddity, (count: string) => string])[] = [
  ["orphan", "orphan", (count) => `${count} whose parent is not in the run`],
  ["cycle", "cycle", (count) => `${count} that name themselves as an ancestor`],
  ["duplicate", "duplicate", (count) => `${count} with an id that occurs twice`],
  [
    "skewed",
    "skewed",
    (count) => `${count} outside their parent's time on another service (clocks that differ)`,
  ],
  ["outside", "outsideParent", (count) => `${count} that start before or end after their parent`],
  ["reversed", "endsBeforeStart", (count) => `${count} that end before they start`],
  ["unfinished", "unfinished", (count) => `${count} without an end`],
];

/**
 * What is missing or odd about the spans, in words: nothing is cut or repaired in silence. A click finds the spans
 * that are meant.
 */
export function Notices({
  timeline,
  onFind,
}: {
  readonly timeline: Timeline;
  readonly onFind: (text: string) => void;
}) {
  const leftOut = timeline.runs.reduce((sum, run) => sum + run.columns.leftOut, 0);
  const total = timeline.runs.reduce((sum, run) => sum + run.columns.total, 0);
  const odd: (readonly [SpanFlag, string])[] = notices
    .filter(([, oddity]) => timeline.oddCounts[oddity] > 0)
    .map(([flag, oddity, text]) => [flag, text(formatCount(timeline.oddCounts[oddity]))]);
  if (timeline.instantCount > 0) {
    odd.push(["instant", `${formatCount(timeline.instantCount)} that last no time`]);
  }
  if (leftOut === 0 && odd.length === 0) return null;
  return (
    <p className="gantt-notices" role="note">
      {leftOut > 0 && (
        <strong>
          {formatCount(leftOut)} of {formatCount(total)} spans are not shown, the last ones by their start: a
          timeline holds {formatCount(total - leftOut)}.{" "}
        </strong>
      )}
      {odd.length > 0 && "Spans that are drawn as well as they can be: "}
      {odd.map(([flag, text], index) => (
        <Fragment key={flag}>
          {index > 0 && "; "}
          <button
            type="button"
            className="gantt-link"
            onClick={() => onFind(quoteFlag(flag))}
            title="Find these"
          >
            {text}
          </button>
        </Fragment>
      ))}
      {odd.length > 0 && "."}
    </p>
  );
}
