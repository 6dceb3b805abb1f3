"use client";

import { useState } from "react";
import { useMayWrite } from "@/components/ui/access";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { formatAgo, formatMoment } from "@/components/ui/moment-format";
import { useNow } from "@/components/ui/use-now";
import type { Dataset } from "@/lib/api/datasets";
import { formatBytes } from "@/lib/base/bytes";
import { formatQuantity } from "@/lib/base/count";
import { columnTypeToWords } from "./column-type";
import { DeleteDatasetDialog } from "./delete-dataset-dialog";

/** Columns and files that are shown at once; the rest unfolds. */
const shownAtOnce = 8;

/** The person's tables and documents, in the order of their names. */
export function DatasetList({ datasets }: { readonly datasets: readonly Dataset[] }) {
  const nowMs = useNow(30_000);
  const [leaving, setLeaving] = useState<Dataset>();
  const ordered = datasets.toSorted(
    (a, b) => a.kind.localeCompare(b.kind) * -1 || a.name.localeCompare(b.name),
  );
  return (
    <>
      <ul className="divide-y divide-line border-line border-y">
        {ordered.map((dataset) => (
          <li key={`${dataset.kind} ${dataset.name}`}>
            <DatasetRow dataset={dataset} nowMs={nowMs} onDelete={() => setLeaving(dataset)} />
          </li>
        ))}
      </ul>
      {leaving ? <DeleteDatasetDialog dataset={leaving} onClose={() => setLeaving(undefined)} /> : null}
    </>
  );
}

function DatasetRow({
  dataset,
  nowMs,
  onDelete,
}: {
  readonly dataset: Dataset;
  readonly nowMs: number;
  readonly onDelete: () => void;
}) {
  const mayWrite = useMayWrite();
  const isTable = dataset.kind === "table";
  const loadedMs = Date.parse(dataset.created_at);
  const work = isTable ? "tables" : "documents";
  return (
    <article
      aria-label={dataset.name}
      className="grid gap-x-6 gap-y-1 py-3 grid-cols-[minmax(0,1fr)_2.5rem] md:grid-cols-[minmax(0,20rem)_minmax(0,1fr)_2.5rem]"
    >
      <div className="flex gap-2.5">
        <span
          className="mt-0.5 grid size-6 shrink-0 place-items-center rounded"
          style={{ background: `var(--work-${work})`, color: `var(--work-${work}-ink)` }}
        >
          <Icon name={isTable ? "table" : "document"} className="size-4" />
        </span>
        <div className="min-w-0">
          <h3 className="break-words font-semibold text-[15px] leading-6">{dataset.name}</h3>
          <p className="text-[13px] text-muted tabular-nums">
            {isTable ? formatQuantity(dataset.rows, "row") : formatQuantity(dataset.passages, "passage")} ·{" "}
            {formatBytes(dataset.bytes)} ·{" "}
            <time dateTime={dataset.created_at} title={formatMoment(loadedMs)}>
              {formatAgo(loadedMs, nowMs)}
            </time>
          </p>
        </div>
      </div>
      <div className="min-w-0 pl-8.5 text-[13px] max-md:col-span-2 max-md:row-start-2 md:pt-1 md:pl-0">
        {isTable ? (
          <Folded label={formatQuantity(dataset.columns.length, "column")} count={dataset.columns.length}>
            {dataset.columns.map(({ name, type }) => (
              <li key={name} className="whitespace-nowrap">
                {name}{" "}
                <span className="text-muted" title={type}>
                  {columnTypeToWords(type)}
                </span>
              </li>
            ))}
          </Folded>
        ) : (
          <Folded label={formatQuantity(dataset.files.length, "file")} count={dataset.files.length}>
            {dataset.files.map((file) => (
              <li key={file} className="break-all">
                {file}
              </li>
            ))}
          </Folded>
        )}
        {isTable && dataset.files.length > 0 ? (
          <p className="mt-0.5 break-words text-muted">from {dataset.files.join(", ")}</p>
        ) : null}
      </div>
      {mayWrite ? (
        <Button
          look="quiet"
          className="justify-self-end px-2"
          aria-label={`Delete ${dataset.name}`}
          title="Delete"
          onClick={onDelete}
        >
          <Icon name="trash" />
        </Button>
      ) : null}
    </article>
  );
}

/** A list that shows its first entries, and all of them when asked. */
function Folded({
  label,
  count,
  children,
}: {
  readonly label: string;
  readonly count: number;
  readonly children: readonly React.ReactNode[];
}) {
  const [isOpen, setIsOpen] = useState(false);
  const shown = isOpen ? children : children.slice(0, shownAtOnce);
  return (
    <ul aria-label={label} className="flex flex-wrap gap-x-4 gap-y-0.5">
      {shown}
      {count > shownAtOnce ? (
        <li>
          <button
            type="button"
            aria-expanded={isOpen}
            className="text-accent underline underline-offset-2"
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? "show fewer" : `and ${count - shownAtOnce} more`}
          </button>
        </li>
      ) : null}
    </ul>
  );
}
