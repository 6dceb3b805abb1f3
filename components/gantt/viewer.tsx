import { createRoot } from "react-dom/client";
import { formatDuration } from "@/lib/base/time";
import { type OpenedFile, openFile } from "./file-reader";
import { Gantt } from "./gantt";
import "./viewer.css";

/** The program of an exported file: the same timeline as in the app, fed from the page that it stands in. */
function FileView({ file }: { readonly file: OpenedFile }) {
  const [first] = file.runs;
  const single = file.runs.length === 1 && first;
  return (
    <main className="viewer">
      <header>
        <h1>{single ? first.title || first.runId : `${file.runs.length} runs`}</h1>
        {single && (
          <p>
            <span className="gantt-id">{first.runId}</span>
            <time dateTime={first.startedAt}>{readableTime(first.startedAt)}</time>
            <span>{formatDuration(lengthNs(first))}</span>
            <span>{first.columns.count.toLocaleString("en-US")} spans</span>
          </p>
        )}
      </header>
      <Gantt runs={file.runs} loadSpan={file.loadSpan} />
    </main>
  );
}

function lengthNs({ columns }: OpenedFile["runs"][number]): number {
  let endNs = 0;
  for (let i = 0; i < columns.count; i++) {
    endNs = Math.max(endNs, (columns.startOffsetNs[i] ?? 0) + Math.max(0, columns.durationNs[i] ?? 0));
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
