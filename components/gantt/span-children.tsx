import { useMemo, useState } from "react";
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
              <span className="gantt-soft">{formatDuration(timeline.durationNs[child] ?? 0)}</span>
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
  const last = node + (size[node] ?? 1);
  for (let child = node + 1; child < last; child += size[child] ?? 1) {
    count++;
    const duration = durationNs[child] ?? 0;
    if (longest.length === limit && duration <= (durationNs[longest[limit - 1] ?? 0] ?? 0)) continue;
    let at = longest.length;
    while (at > 0 && (durationNs[longest[at - 1] ?? 0] ?? 0) < duration) at--;
    longest.splice(at, 0, child);
    if (longest.length > limit) longest.pop();
  }
  return { count, longest };
}
