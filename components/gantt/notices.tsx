import type { Timeline } from "@/lib/gantt/timeline";
import type { Oddity } from "@/lib/trace/tree";

const oddTexts: Readonly<Record<Oddity, (count: string) => string>> = {
  orphan: (count) => `${count} whose parent is not in the run`,
  cycle: (count) => `${count} that name themselves as an ancestor`,
  duplicate: (count) => `${count} with an id that occurs twice`,
  outsideParent: (count) => `${count} that start before or end after their parent`,
  endsBeforeStart: (count) => `${count} that end before they start`,
};

/** What is missing or odd about the spans, in words: nothing is cut or repaired in silence. */
export function Notices({ timeline }: { readonly timeline: Timeline }) {
  const leftOut = timeline.runs.reduce((sum, run) => sum + run.columns.leftOut, 0);
  const total = timeline.runs.reduce((sum, run) => sum + run.columns.total, 0);
  const odd = (Object.keys(oddTexts) as Oddity[])
    .filter((name) => timeline.oddCounts[name] > 0)
    .map((name) => oddTexts[name](timeline.oddCounts[name].toLocaleString("en-US")));
  if (leftOut === 0 && odd.length === 0) return null;
  return (
    <p className="gantt-notices" role="note">
      {leftOut > 0 && (
        <strong>
          {leftOut.toLocaleString("en-US")} of {total.toLocaleString("en-US")} spans are not shown: there are
          too many.{" "}
        </strong>
      )}
      {odd.length > 0 && `Spans that are drawn as well as they can be: ${odd.join("; ")}.`}
    </p>
  );
}
