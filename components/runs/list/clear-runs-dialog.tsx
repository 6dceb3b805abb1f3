"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { fetchJson, jsonHeaders } from "@/components/ui/api-client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorNotice } from "@/components/ui/notice";
import { paths } from "@/lib/api/paths";
import { type ClearedTraces, type ClearTracesRequest, clearedTracesSchema } from "@/lib/api/runs";
import { formatQuantity } from "@/lib/base/count";

/** Deletes traces that are older than some days, or all of them, and says how many went. */
export function ClearRunsDialog({ onClose }: { readonly onClose: () => void }) {
  const [days, setDays] = useState("5");
  const [isAll, setIsAll] = useState(false);
  const hintId = useId();
  const queryClient = useQueryClient();
  const clear = useMutation({
    mutationFn: (request: ClearTracesRequest) =>
      fetchJson(paths.clearTraces, clearedTracesSchema, {
        method: "DELETE",
        headers: jsonHeaders,
        body: JSON.stringify(request),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["runs"] }),
  });
  const wholeDays = parseDays(days);
  const isValid = isAll || wholeDays !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isAll) clear.mutate({ force: true });
    else if (wholeDays !== undefined) clear.mutate({ days: wholeDays, force: false });
  };
  if (clear.data) return <Cleared counts={clear.data} onClose={onClose} />;
  return (
    <Dialog title="Clear old runs" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3 text-sm">
        <label className="flex items-center gap-2">
          <input type="radio" name="what" checked={!isAll} onChange={() => setIsAll(false)} />
          Runs older than
          <input
            aria-label="Days"
            aria-invalid={!isValid}
            aria-describedby={hintId}
            inputMode="numeric"
            className="h-9 w-20 rounded-md border border-edge bg-ground px-2 text-right tabular-nums aria-invalid:border-error"
            value={days}
            onFocus={() => setIsAll(false)}
            onChange={(event) => setDays(event.target.value)}
          />
          days
        </label>
        <label className="flex items-center gap-2">
          <input type="radio" name="what" checked={isAll} onChange={() => setIsAll(true)} />
          All runs
        </label>
        <p id={hintId} className={isValid ? "text-muted" : "text-error"}>
          {isValid
            ? "Their timelines cannot be brought back. Tables and documents stay."
            : "Days must be a whole number from 0 to 36,500."}
        </p>
        {clear.error ? <ErrorNotice error={clear.error} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep them</Button>
          <Button type="submit" look="danger" disabled={!isValid || clear.isPending}>
            {clear.isPending ? "Clearing" : isAll ? "Clear all runs" : "Clear"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Cleared({ counts, onClose }: { readonly counts: ClearedTraces; readonly onClose: () => void }) {
  return (
    <Dialog title="Cleared" onClose={onClose}>
      <p role="status" className="text-sm tabular-nums">
        {formatQuantity(counts.deleted_traces, "trace")} with {formatQuantity(counts.deleted_spans, "span")}{" "}
        deleted, {formatQuantity(counts.remaining_spans, "span")} kept.
      </p>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}

/** Whole days as the API takes them, or undefined. */
function parseDays(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^\d{1,5}$/.test(trimmed)) return undefined;
  const days = Number(trimmed);
  return days <= 36_500 ? days : undefined;
}
