import Link from "next/link";
import { Button, buttonClass } from "@/components/ui/button";
import { pages } from "@/lib/api/paths";
import type { RunSummary } from "@/lib/api/runs";
import { formatQuantity } from "@/lib/base/count";
import { maxCompared } from "../run/use-compared";

/** What can be done with the ticked runs, over the lower end of the window. */
export function CompareBar({
  runs,
  onClear,
}: {
  readonly runs: readonly RunSummary[];
  readonly onClear: () => void;
}) {
  if (runs.length === 0) return null;
  return (
    <section
      aria-label="Runs to compare"
      className="sticky bottom-4 z-30 mx-auto mt-4 flex w-fit items-center gap-3 rounded-lg border border-line bg-panel py-2 pr-2 pl-4 text-sm shadow-md"
    >
      <p role="status">
        {formatQuantity(runs.length, "run")} ticked
        {runs.length >= maxCompared
          ? ", which is as many as fit"
          : runs.length === 1
            ? ", one more to compare"
            : ""}
      </p>
      {runs.length > 1 ? (
        <Link
          href={pages.compare(runs.map((run) => runToName(run, runs.length)))}
          className={buttonClass("primary")}
        >
          Compare
        </Link>
      ) : null}
      <Button look="quiet" onClick={onClear}>
        Untick
      </Button>
    </section>
  );
}

/** All ids together: an address of this length every server takes. */
const maxIdsChars = 2_560;

/** One of `count` runs by its id or, where that is long, by that of its first trace, which finds it too. */
function runToName({ run_id, trace_ids }: Pick<RunSummary, "run_id" | "trace_ids">, count: number): string {
  const isShort = pages.compare([run_id]).length <= maxIdsChars / count;
  return isShort ? run_id : (trace_ids[0] ?? run_id);
}
