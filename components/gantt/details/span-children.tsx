import { useMemo, useState } from "react";
import { float64At, int32At, last } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { nodeName, type Timeline } from "@/lib/gantt/timeline";

const shownAtFirst = 5;
const shownAtMost = 100;

/** The spans directly below, the longest first: what to look at next. */
export function SpanChildren({
  timeline,
  node,
  onSelect,
}: {
  readonly timeline: Timeline;
  readonly node: number;
  readonly onSelect: (node: number) => void;
}) {
  const [limit, setLimit] = useState(shownAtFirst);
  const { count, longest } = useMemo(() => longestChildren(timeline, node, limit), [timeline, node, limit]);
  if (count === 0) return null;
  const hidden = count - longest.length;
  return (
    <>
      <dt>Children</dt>
      <dd>
        <ul className="gantt-children">
          {longest.map((child) => (
            <li key={child}>
              <button type="button" className="gantt-link" onClick={() => onSelect(child)}>
                {nodeName(timeline, child).slice(0, 300) || "(no name)"}
              </button>
              {timeline.error[child] === 1 && <span className="gantt-error-text"> ⚠ error</span>}
              <span className="gantt-soft">{formatDuration(float64At(timeline.durationNs, child))}</span>
            </li>
          ))}
        </ul>
        {hidden > 0 &&
          (limit < shownAtMost ? (
            <button type="button" className="gantt-link" onClick={() => setLimit(shownAtMost)}>
              {`${formatCount(hidden)} more, shorter ones`}
            </button>
          ) : (
            <span className="gantt-soft">
              {`${formatCount(hidden)} shorter ones are in the rows below the span`}
            </span>
          ))}
      </dd>
    </>
  );
}

/** The longest children, and how many there are. One pass over 50,000 siblings, without sorting them all. */
function longestChildren(timeline: Timeline, node: number, limit: number) {
  const { size, durationNs } = timeline;
  const longest: number[] = [];
  let count = 0;
  const end = node + int32At(size, node);
  for (let child = node + 1; child < end; child += int32At(size, child)) {
    count++;
    const duration = float64At(durationNs, child);
    const isShorter = (other: number) => float64At(durationNs, other) < duration;
    if (longest.length === limit && !isShorter(last(longest))) continue;
    const place = longest.findIndex(isShorter);
    longest.splice(place < 0 ? longest.length : place, 0, child);
    if (longest.length > limit) longest.pop();
  }
  return { count, longest };
}
