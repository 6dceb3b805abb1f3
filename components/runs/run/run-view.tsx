"use client";

import { useRouter } from "next/navigation";
import { useCallback, useMemo, useState } from "react";
import { usePrepared } from "@/components/gantt/find/use-prepared";
import { Gantt, type GanttState } from "@/components/gantt/gantt";
import { parseView, viewToSearch } from "@/components/gantt/view-address";
import { StageStrip } from "@/components/shared/stage-strip";
import { ApiError } from "@/components/ui/api-client";
import { ErrorNotice } from "@/components/ui/notice";
import { idParameters, pages } from "@/lib/api/paths";
import type { RunSummary } from "@/lib/api/runs";
import { visibleText } from "@/lib/base/visible-text";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { DeleteRunDialog } from "./delete-run-dialog";
import { MissingRun, RunNotice } from "./missing-run";
import { RunHeader } from "./run-header";
import { columnsToStages } from "./run-stages";
import { addressWithView } from "./shown-view";
import { createSpanSearch, fetchSpan, fetchSpans, useRunWithSpans } from "./use-run";

/** One run: what it is, its stages, and its timeline down to the last span. */
export function RunView({ runId }: { readonly runId: string }) {
  const router = useRouter();
  const { data, error, refetch } = useRunWithSpans(runId);
  const [isDeleting, setIsDeleting] = useState(false);
  if (error && !data) return <RunFailure runId={runId} error={error} onRetry={() => void refetch()} />;
  return (
    <div className="flex flex-col md:h-dvh md:min-h-[22rem]">
      <div className="border-line border-b px-4 py-3">
        {data ? (
          <>
            <RunHeader run={data.run} onDelete={() => setIsDeleting(true)} />
            <Stages run={data.run} columns={data.columns} />
          </>
        ) : (
          <>
            <p role="status" className="h-[3.25rem] text-muted text-sm">
              Reading the run. Spans of a run that has just ended take up to two seconds to arrive.
            </p>
            <div className="h-12" />
          </>
        )}
      </div>
      {/* On a phone the timeline has a screen of its own below the header; elsewhere it takes what is left. */}
      <div className="h-[calc(100dvh-3.1rem)] min-h-[24rem] md:h-auto md:min-h-0 md:flex-1">
        {data ? <Timeline run={data.run} columns={data.columns} /> : null}
      </div>
      {isDeleting && data ? (
        <DeleteRunDialog
          run={data.run}
          onClose={() => setIsDeleting(false)}
          onDeleted={() => router.push(pages.runs)}
        />
      ) : null}
    </div>
  );
}

function Stages({ run, columns }: { readonly run: RunSummary; readonly columns: SpanColumns }) {
  const stages = useMemo(() => columnsToStages(columns), [columns]);
  if (stages.length === 0) return null;
  return (
    <div className="mt-2">
      <StageStrip stages={stages} totalMs={run.duration_ms} />
    </div>
  );
}

function Timeline({ run, columns }: { readonly run: RunSummary; readonly columns: SpanColumns }) {
  const runId = run.run_id;
  const title = run.question || run.name;
  const runs = useMemo(() => [{ runId, title, columns }], [runId, title, columns]);
  const initialState = useMemo(() => parseView(new URLSearchParams(location.search), runs), [runs]);
  const loadSpan = useCallback(
    (_: number, span: number, signal: AbortSignal) => fetchSpan(runId, columns, span, signal),
    [runId, columns],
  );
  const loadSpans = useCallback(
    (_: number, spans: readonly number[], signal: AbortSignal) => fetchSpans(runId, columns, spans, signal),
    [runId, columns],
  );
  const { search, prepare } = useMemo(() => createSpanSearch(runId, columns), [runId, columns]);
  usePrepared(prepare);
  const keepInAddress = useCallback(
    (state: GanttState, totalNs: number) => {
      const address = addressWithView(location, idParameters.runId, viewToSearch(state, totalNs, runs));
      // Not a navigation: going back leads to the page before, not through every view that was looked at.
      if (address !== location.pathname + location.search) history.replaceState(history.state, "", address);
    },
    [runs],
  );
  return (
    <Gantt
      runs={runs}
      loadSpan={loadSpan}
      loadSpans={loadSpans}
      searchSpans={search}
      initialState={initialState}
      onStateChange={keepInAddress}
      hrefOfTrace={pages.run}
    />
  );
}

function RunFailure({
  runId,
  error,
  onRetry,
}: {
  readonly runId: string;
  readonly error: Error;
  readonly onRetry: () => void;
}) {
  if (error instanceof ApiError && error.problem.status === 404)
    return (
      <MissingRun title="This run is not stored">
        <p className="break-all font-mono text-[13px]">{visibleText(runId).slice(0, 300)}</p>
        <p className="mt-2">
          It may have been deleted, or have grown older than traces are kept. A run that is being asked right
          now appears up to two seconds after its end.
        </p>
      </MissingRun>
    );
  return (
    <RunNotice>
      <ErrorNotice error={error} onRetry={onRetry} />
    </RunNotice>
  );
}
