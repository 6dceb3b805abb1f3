"use client";

import Link from "next/link";
import { useEffect, useMemo, useState } from "react";
import { loadPackedSpans } from "@/components/gantt/file/packed-spans";
import { usePackedSearch } from "@/components/gantt/find/use-packed-search";
import { Gantt } from "@/components/gantt/gantt";
import { buttonClass } from "@/components/ui/button";
import { EmptyNotice } from "@/components/ui/notice";
import { pages } from "@/lib/api/paths";
import { formatQuantity } from "@/lib/base/count";
import { visibleText } from "@/lib/base/visible-text";
import { ChooseFiles, DropHint } from "./open-button";
import type { OpenedRun } from "./open-file";
import { OpenedFiles } from "./opened-files";
import { useFileDrop } from "./use-file-drop";
import { type GivenFile, runKey, useOpenFiles } from "./use-open-files";
import { takeFiles } from "./waiting-files";

/** Runs side by side, here as in an exported file. */
const maxShownRuns = 20;

/** Trace files, opened in the browser and stored nowhere: what they are, and the timeline of the chosen runs. */
export function OpenPanel() {
  const { files, add, remove } = useOpenFiles();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const isOver = useFileDrop(add);
  useEffect(() => {
    const waiting = takeFiles();
    if (waiting.length > 0) add(waiting);
  }, [add]);
  const all = useMemo(() => {
    const isOne = files.filter(({ state }) => state.is === "open").length < 2;
    return files.flatMap((file) => runsOf(file, isOne ? "" : `${file.name.slice(0, 100)}: `));
  }, [files]);
  const shown = useMemo(
    () => all.filter(({ key }) => !hidden.has(key)).slice(0, maxShownRuns),
    [all, hidden],
  );
  // Names change with every word of progress; the runs do not, and a new list would be a new timeline.
  const shownKeys = shown.map(({ key, opened }) => `${key} ${opened.run.title}`).join("\n");
  const runs = useMemo(() => shown.map(({ opened }) => opened), [shownKeys]);
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    setHidden(next);
  };
  return (
    <div className="flex h-[calc(100dvh-3.1rem)] min-h-[30rem] flex-col md:h-dvh">
      <div className="border-line border-b px-4 py-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h1 className="font-semibold text-lg tracking-tight">
            Opened files
            <span className="ml-3 font-normal text-[13px] text-muted">
              {all.length > 1 ? `${shown.length} of ${formatQuantity(all.length, "run")} shown. ` : ""}
              Nothing is stored or sent.
            </span>
          </h1>
          <div className="flex gap-2">
            <ChooseFiles onFiles={add} />
            <Link className={buttonClass("quiet")} href={pages.runs}>
              All runs
            </Link>
          </div>
        </div>
        {files.length > 0 ? (
          <OpenedFiles
            files={files}
            shown={new Set(shown.map(({ key }) => key))}
            isFull={shown.length >= maxShownRuns}
            onToggle={toggle}
            onRemove={remove}
          />
        ) : null}
      </div>
      <div className="min-h-0 flex-1">
        {runs.length > 0 ? (
          <OpenedTimeline runs={runs} />
        ) : files.length === 0 ? (
          <div className="mx-auto max-w-2xl px-4 py-10">
            <EmptyNotice title="Drop a trace file anywhere on this page">
              <p>
                OTLP JSON (also one request a line), Jaeger JSON, Chrome trace JSON, each also zipped with
                gzip, or a timeline that was exported as HTML. Several files stand beside one another on one
                axis.
              </p>
            </EmptyNotice>
          </div>
        ) : null}
      </div>
      {isOver ? <DropHint /> : null}
    </div>
  );
}

/** `prefix` tells runs of several files apart, which may have the same question. */
function runsOf(file: GivenFile, prefix: string): { readonly key: string; readonly opened: OpenedRun }[] {
  if (file.state.is !== "open") return [];
  return file.state.file.runs.map((opened, index) => {
    const title = prefix + (opened.run.title || visibleText(opened.run.runId));
    return { key: runKey(file, index), opened: { ...opened, run: { ...opened.run, title } } };
  });
}

function OpenedTimeline({ runs }: { readonly runs: readonly OpenedRun[] }) {
  const { timelineRuns, packed, loadSpan } = useMemo(() => {
    const packed = runs.map((run) => run.packed);
    return { timelineRuns: runs.map(({ run }) => run), packed, loadSpan: loadPackedSpans(packed) };
  }, [runs]);
  const searchSpans = usePackedSearch(packed);
  return <Gantt runs={timelineRuns} loadSpan={loadSpan} searchSpans={searchSpans} />;
}
