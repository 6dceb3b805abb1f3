"use client";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice } from "@/components/ui/notice";
import type { RunSummary } from "@/lib/api/runs";
import { formatQuantity } from "@/lib/base/count";
import { useDeleteRun } from "./use-run";

/** Asks before a run goes; `onDeleted` is called once it is gone. */
export function DeleteRunDialog({
  run,
  onClose,
  onDeleted,
}: {
  readonly run: RunSummary;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const remove = useDeleteRun();
  return (
    <Dialog title="Delete this run" onClose={onClose}>
      <p className="text-sm">
        Its {formatQuantity(run.span_count, "span")} cannot be brought back. A file that was downloaded stays
        as it is; tables and documents stay too.
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
          onClick={() => remove.mutate(run.run_id, { onSuccess: onDeleted })}
        >
          {remove.isPending ? "Deleting" : "Delete"}
        </Button>
      </div>
    </Dialog>
  );
}
