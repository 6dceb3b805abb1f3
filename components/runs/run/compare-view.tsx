"use client";

import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { usePrepared } from "@/components/gantt/find/use-prepared";
import { Gantt, type GanttState } from "@/components/gantt/gantt";
import { parseView, viewToSearch } from "@/components/gantt/view-address";
import { fetchBytes, jsonHeaders } from "@/components/ui/api-client";
import { Button, buttonClass } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { EmptyNotice, ErrorNotice } from "@/components/ui/notice";
import { pages, paths } from "@/lib/api/paths";
import { formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import type { SearchSpans } from "@/lib/gantt/find/find-nodes";
import { runLabel } from "./run-label";
import { RunStatus } from "./run-status";
import { addressWithView, shownView } from "./shown-view";
import { maxCompared, useCompared } from "./use-compared";
import { createSpanSearch, fetchSpan, fetchSpans, type RunWithSpans } from "./use-run";

/** Several runs on one axis of time, each from its own start. The address names them and holds the view. */
export function CompareView() {
  const search = useSearchParams();
  const names = useMemo(() => namesIn(search), [search]);
  const { found, missing, error, isLoading, retry } = useCompared(names);
  if (names.length === 0) return <NothingChosen />;
  // The same page with fewer names: no journey, and the view begins anew.
  const leaveOut = (name: string) =>
    history.replaceState(null, "", pages.compare(names.filter((each) => each !== name)));
  return (
    <div className="flex h-[calc(100dvh-3.1rem)] min-h-[30rem] flex-col md:h-dvh">
      <div className="border-line border-b px-4 py-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h1 className="font-semibold text-lg tracking-tight">
            Compare {formatQuantity(names.length, "run")}
          </h1>
          <div className="flex gap-2">
            <Download runIds={found.map(({ run }) => run.run_id)} />
            <Link className={buttonClass("quiet")} href={pages.runs}>
              All runs
            </Link>
          </div>
        </div>
        <ol
          className="mt-2 grid max-h-32 gap-x-6 gap-y-0.5 overflow-y-auto text-[13px] lg:grid-cols-2"
          aria-label="Compared runs"
        >
          {found.map(({ run }) => (
            <Entry key={run.run_id} run={run} onLeaveOut={() => leaveOut(nameOf(run, names))} />
          ))}
        </ol>
        {missing.length > 0 ? (
          <p role="status" className="mt-2 break-all text-[13px] text-warning">
            Not stored, or not any more: {missing.map((name) => visibleText(name).slice(0, 100)).join(", ")}
          </p>
        ) : null}
        {isLoading ? (
          <p role="status" className="mt-2 text-[13px] text-muted">
            {found.length} of {formatQuantity(names.length, "run")} read
          </p>
        ) : null}
      </div>
      <div className="min-h-0 flex-1">
        {error ? (
          <div className="p-4">
            <ErrorNotice error={error} onRetry={retry} />
          </div>
        ) : !isLoading && found.length > 0 ? (
          <Timelines key={found.map(({ run }) => run.run_id).join("\n")} found={found} />
        ) : null}
      </div>
    </div>
  );
}

function namesIn(search: URLSearchParams): string[] {
  return [...new Set(search.getAll("run").filter(Boolean))].slice(0, maxCompared);
}

/** The name under which the address has a run: its id or that of a trace. */
function nameOf(run: RunWithSpans["run"], names: readonly string[]): string {
  return names.find((name) => name === run.run_id || run.trace_ids.includes(name)) ?? run.run_id;
}

function Entry({ run, onLeaveOut }: { readonly run: RunWithSpans["run"]; readonly onLeaveOut: () => void }) {
  const label = runLabel(run);
  return (
    <li className="flex min-w-0 items-center gap-3 tabular-nums">
      <RunStatus status={run.status} />
      <Link
        href={pages.run(run.run_id)}
        className="min-w-0 flex-1 truncate underline-offset-2 hover:underline"
      >
        {label}
      </Link>
      <b className="whitespace-nowrap font-semibold">{formatDuration(run.duration_ms * 1e6)}</b>
      <button
        type="button"
        onClick={onLeaveOut}
        aria-label={`Leave out ${label}`}
        className="grid size-6 place-items-center rounded text-muted hover:bg-hover hover:text-ink"
      >
        <Icon name="close" className="size-3.5" />
      </button>
    </li>
  );
}

function Timelines({ found }: { readonly found: readonly RunWithSpans[] }) {
  const runs = useMemo(
    () => found.map(({ run, columns }) => ({ runId: run.run_id, title: run.question || run.name, columns })),
    [found],
  );
  const initialState = useMemo(() => parseView(new URLSearchParams(location.search), runs), [runs]);
  const loadSpan = useCallback(
    (run: number, span: number, signal: AbortSignal) => {
      const entry = runs[run];
      if (!entry) throw new Error("The timeline asks for a run that it was not given.");
      return fetchSpan(entry.runId, entry.columns, span, signal);
    },
    [runs],
  );
  const loadSpans = useCallback(
    async (run: number, spans: readonly number[], signal: AbortSignal) => {
      const entry = runs[run];
      return entry ? fetchSpans(entry.runId, entry.columns, spans, signal) : [];
    },
    [runs],
  );
  const { searchSpans, prepare } = useMemo(() => {
    const searchers = runs.map(({ runId, columns }) => createSpanSearch(runId, columns));
    return {
      searchSpans: async (run: number, ...rest: Rest<Parameters<SearchSpans>>) =>
        (await searchers[run]?.search(run, ...rest)) ?? [],
      prepare: async (signal: AbortSignal) => {
        for (const searcher of searchers) {
          searcher.prepare();
          // Twenty large runs in one go would hold the page up.
          await new Promise((resolve) => setTimeout(resolve));
          signal.throwIfAborted();
        }
      },
    };
  }, [runs]);
  usePrepared(prepare);
  const keepInAddress = useCallback(
    (state: GanttState, totalNs: number) => {
      const address = addressWithView(location, "run", viewToSearch(state, totalNs, runs));
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
      searchSpans={searchSpans}
      initialState={initialState}
      onStateChange={keepInAddress}
      hrefOfTrace={pages.run}
    />
  );
}

type Rest<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never;

/** The same timeline as one file. */
function Download({ runIds }: { readonly runIds: readonly string[] }) {
  const download = useMutation({
    mutationFn: async () => {
      const body = JSON.stringify({ run_ids: runIds, view: shownView() });
      return fetchBytes(paths.gantt, { method: "POST", headers: jsonHeaders, body });
    },
    onSuccess: (bytes) => {
      const url = URL.createObjectURL(new Blob([bytes], { type: "text/html" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = `gantt-${runIds.length}-runs.html`;
      link.click();
      URL.revokeObjectURL(url);
    },
  });
  return (
    <Button disabled={runIds.length === 0 || download.isPending} onClick={() => download.mutate()}>
      {download.isPending
        ? "Making the file"
        : download.isError
          ? "Download failed, try again"
          : "Download HTML"}
    </Button>
  );
}

function NothingChosen() {
  return (
    <div className="max-w-2xl px-4 py-6 md:px-8">
      <h1 className="mb-4 font-semibold text-xl tracking-tight">Compare runs</h1>
      <EmptyNotice title="No runs chosen">
        <p>
          Tick two to {maxCompared} runs in the{" "}
          <Link href={pages.runs} className="text-accent underline underline-offset-2">
            list of runs
          </Link>{" "}
          and compare them.
        </p>
      </EmptyNotice>
    </div>
  );
}
