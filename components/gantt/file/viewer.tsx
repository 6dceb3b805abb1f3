import { useCallback, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { float64At } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { usePackedSearch } from "../find/use-packed-search";
import { Gantt, type GanttState } from "../gantt";
import { parseView, viewToSearch } from "../view-address";
import { type OpenedFile, openFile } from "./file-reader";
import "./viewer.css";

/** The program of an exported file: the same timeline as in the app, fed from the page that contains it. */
function FileView({ file }: { readonly file: OpenedFile }) {
  const { runs, packed } = file;
  const [first] = runs;
  const single = runs.length === 1 && first;
  const searchSpans = usePackedSearch(packed);
  // The address holds the view, so that loading the file again keeps it; a fresh file opens as it was made.
  const initialState = useMemo(
    () => parseView(new URLSearchParams(location.hash.slice(1) || file.view), runs),
    [file.view, runs],
  );
  const keepInAddress = useCallback(
    (state: GanttState, totalNs: number) => {
      // Not empty even where nothing is to be said: an empty one would bring the file's own view back.
      const hash = `#${viewToSearch(state, totalNs, runs).slice(1) || "whole"}`;
      if (hash !== location.hash) history.replaceState(history.state, "", hash);
    },
    [runs],
  );
  return (
    <main className="viewer">
      <header>
        <h1>{single ? first.title || visibleText(first.runId) : `${runs.length} runs`}</h1>
        {single && (
          <p>
            <span className="gantt-id">{visibleText(first.runId)}</span>
            <time dateTime={first.startedAt}>{readableTime(first.startedAt)}</time>
            <span>{formatDuration(lengthNs(first))}</span>
            <span>{formatCount(first.columns.count)} spans</span>
          </p>
        )}
        {!file.hasValues && (
          <p className="viewer-remark">
            Values of attributes, messages and what events carry were left out when this file was made.
          </p>
        )}
      </header>
      <Gantt
        runs={runs}
        loadSpan={file.loadSpan}
        searchSpans={searchSpans}
        initialState={initialState}
        onStateChange={keepInAddress}
      />
    </main>
  );
}

function lengthNs({ columns }: OpenedFile["runs"][number]): number {
  let endNs = 0;
  for (const [i, startNs] of columns.startOffsetNs.entries()) {
    endNs = Math.max(endNs, startNs + Math.max(0, float64At(columns.durationNs, i)));
  }
  return endNs;
}

function readableTime(iso: string): string {
  const moment = new Date(iso);
  return Number.isNaN(moment.getTime()) ? iso.slice(0, 40) : moment.toLocaleString();
}

const place = document.getElementById("timeline");
if (place) {
  const root = createRoot(place);
  openFile((id) => document.getElementById(id)?.textContent).then(
    (file) => root.render(<FileView file={file} />),
    (error: unknown) =>
      root.render(<p className="viewer-failure">{error instanceof Error ? error.message : String(error)}</p>),
  );
}
