import type { ReactNode } from "react";
import type { StageSort } from "./stage-rows";

export type Sorting = StageSort & { readonly descending: boolean };

/** A heading that sorts: by click, by Enter and by space, as it is a button. Again for the other direction. */
export function StageHeading({
  sort,
  sorting,
  onSort,
  hint,
  isNumber = false,
  children,
}: {
  readonly sort: StageSort;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly hint: string;
  readonly isNumber?: boolean;
  readonly children: ReactNode;
}) {
  const isSorted = isSame(sort, sorting);
  const direction = sorting.descending ? "descending" : "ascending";
  // Numbers are looked at from the largest, names from the first.
  const descending = isSorted ? !sorting.descending : sort.by !== "name";
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : "none"}
      className={isNumber ? "gantt-number" : undefined}
    >
      <button type="button" title={hint} onClick={() => onSort({ ...sort, descending })}>
        {children}
        <span aria-hidden="true" className="gantt-sort">
          {isSorted ? (sorting.descending ? "▾" : "▴") : ""}
        </span>
      </button>
    </th>
  );
}

function isSame(a: StageSort, b: StageSort): boolean {
  if (a.by === "name" || b.by === "name") return a.by === b.by;
  if (a.by !== b.by || a.run !== b.run) return false;
  return a.measure === b.measure;
}
