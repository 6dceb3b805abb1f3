"use client";

import { useEffect, useState } from "react";
import { copyText } from "@/components/gantt/details/copy-text";
import { parseMode } from "@/components/shared/mode-names";
import { ModeTag } from "@/components/shared/mode-tag";
import { useMayWrite } from "@/components/ui/access";
import { Button, buttonClass } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { formatMoment } from "@/components/ui/moment-format";
import { paths } from "@/lib/api/paths";
import type { RunSummary } from "@/lib/api/runs";
import { formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { DownloadDialog } from "./download-dialog";
import { runLabel } from "./run-label";
import { RunStatus } from "./run-status";
import { shownView } from "./shown-view";

/** What the run is, in two lines, and what can be done with it. */
export function RunHeader({ run, onDelete }: { readonly run: RunSummary; readonly onDelete: () => void }) {
  const mode = parseMode(run.mode);
  const [isChoosing, setIsChoosing] = useState(false);
  const mayWrite = useMayWrite();
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
      <div className="min-w-0 flex-1 basis-80">
        <h1
          className="line-clamp-2 break-words font-semibold text-lg leading-6 tracking-tight"
          title={run.question || run.name}
        >
          {runLabel(run)}
        </h1>
        <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px] text-muted tabular-nums">
          <RunStatus status={run.status} />
          <b className="font-semibold text-ink">{formatDuration(run.duration_ms * 1e6)}</b>
          {mode ? <ModeTag mode={mode} /> : null}
          <span>
            {formatQuantity(run.span_count, "span")}
            {run.error_count > 0 ? (
              <span className="font-semibold text-error">, {formatQuantity(run.error_count, "error")}</span>
            ) : null}
          </span>
          <time dateTime={run.started_at}>{formatMoment(Date.parse(run.started_at))}</time>
          <RunId runId={run.run_id} />
        </div>
      </div>
      <div className="flex gap-2">
        <a
          className={buttonClass()}
          href={paths.runExport(run.run_id, "html")}
          download
          // The view is known when it is clicked: the address follows the timeline without rendering this.
          onClick={(event) => {
            event.currentTarget.href = paths.runExport(run.run_id, "html", { view: shownView() });
          }}
        >
          Download HTML
        </a>
        <Button
          className="px-2"
          aria-label="Other formats"
          title="Other formats"
          onClick={() => setIsChoosing(true)}
        >
          <Icon name="download" />
        </Button>
        {mayWrite ? (
          <Button look="quiet" onClick={onDelete}>
            <Icon name="trash" /> Delete
          </Button>
        ) : null}
      </div>
      {isChoosing ? <DownloadDialog runId={run.run_id} onClose={() => setIsChoosing(false)} /> : null}
    </header>
  );
}

/** How long the button says that it has copied. */
const saysMs = 1_200;

function RunId({ runId }: { readonly runId: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), saysMs);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    copyText(runId).then(
      () => setSaid("copied"),
      () => setSaid("not allowed"),
    );
  return (
    <button
      type="button"
      className="inline-flex max-w-full items-center gap-2 rounded border border-line px-1.5 font-mono text-xs leading-5 hover:bg-hover hover:text-ink"
      aria-label={`Copy the run's id, ${visibleText(runId)}`}
      title="Copy the run's id"
      onClick={copy}
    >
      <span className="max-w-72 truncate">{visibleText(runId)}</span>
      <span className="font-sans" aria-live="polite">
        {said === "" ? "copy" : said}
      </span>
    </button>
  );
}
