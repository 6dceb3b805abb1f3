"use client";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice } from "@/components/ui/notice";
import type { Dataset } from "@/lib/api/datasets";
import { formatQuantity } from "@/lib/base/count";
import { useDeleteDataset } from "./use-datasets";

/** Asks before a dataset goes; closes once it is gone. */
export function DeleteDatasetDialog({
  dataset,
  onClose,
}: {
  readonly dataset: Dataset;
  readonly onClose: () => void;
}) {
  const remove = useDeleteDataset();
  const content =
    dataset.kind === "table"
      ? formatQuantity(dataset.rows, "row")
      : formatQuantity(dataset.passages, "passage");
  return (
    <Dialog title={`Delete ${dataset.name}`} onClose={onClose}>
      <p className="text-sm">
        Its {content} can no longer be asked about. Runs that used it stay. To have it back, upload its files
        again.
      </p>
      {remove.error ? (
        <div className="mt-3">
          <ErrorNotice error={remove.error} />
        </div>
      ) : null}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          look="danger"
          disabled={remove.isPending}
          onClick={() => remove.mutate(dataset.name, { onSuccess: onClose })}
        >
          {remove.isPending ? "Deleting" : "Delete"}
        </Button>
      </div>
    </Dialog>
  );
}
