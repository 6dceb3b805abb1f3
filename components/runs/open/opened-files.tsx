import { Icon } from "@/components/ui/icon";
import { formatMoment } from "@/components/ui/moment-format";
import { formatCount, formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import type { OpenedRun } from "./open-file";
import { type GivenFile, runKey } from "./use-open-files";

/** Runs of one file that have a box to tick; of more, the first. */
const maxListed = 200;

interface Chosen {
  readonly shown: ReadonlySet<string>;
  /** No further run can be shown. */
  readonly isFull: boolean;
  readonly onToggle: (key: string) => void;
}

/** Each file with what it is, what was left out of it and why, and its runs to choose from. */
export function OpenedFiles({
  files,
  onRemove,
  ...chosen
}: Chosen & { readonly files: readonly GivenFile[]; readonly onRemove: (id: number) => void }) {
  return (
    <ul aria-label="Opened files" className="mt-2 max-h-56 space-y-1 overflow-y-auto text-[13px]">
      {files.map((file) => (
        <li key={file.id} className="flex items-start gap-1.5">
          <button
            type="button"
            className="mt-px grid size-5 shrink-0 place-items-center rounded text-muted hover:bg-hover hover:text-ink"
            aria-label={`Close ${file.name.slice(0, 100)}`}
            onClick={() => onRemove(file.id)}
          >
            <Icon name="close" className="size-4" />
          </button>
          <div className="min-w-0 flex-1">
            <b className="mr-2 break-all font-semibold">{file.name.slice(0, 200)}</b>
            <FileState file={file} />
            {file.state.is === "open" && file.state.file.runs.length > 1 ? (
              <RunChoice file={file} runs={file.state.file.runs} {...chosen} />
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

function FileState({ file: { state } }: { readonly file: GivenFile }) {
  switch (state.is) {
    case "waiting":
      return <span className="text-muted">waits its turn</span>;
    case "reading":
      return (
        <span role="status" className="text-muted tabular-nums">
          {state.words}
          {state.share > 0 ? `, ${Math.round(state.share * 100)} %` : ""}
        </span>
      );
    case "failed":
      return (
        <span role="alert" className="break-words">
          <span className="font-semibold text-error">Not opened.</span> {state.reason}
        </span>
      );
    case "open": {
      const { format, spanCount, runs, remarks } = state.file;
      return (
        <span className="text-muted">
          {`${format}, ${formatQuantity(spanCount, "span")}`}
          {runs.length > 1 ? ` in ${formatQuantity(runs.length, "run")}` : ""}
          {remarks.map(({ count, what }) => `; ${formatCount(count)} ${what}`).join("")}
        </span>
      );
    }
  }
}

function RunChoice({
  file,
  runs,
  shown,
  isFull,
  onToggle,
}: Chosen & { readonly file: GivenFile; readonly runs: readonly OpenedRun[] }) {
  return (
    <fieldset className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5">
      <legend className="sr-only">Runs of {file.name.slice(0, 100)} that are shown</legend>
      {runs.slice(0, maxListed).map(({ run, startedAtMs, durationNs }, index) => {
        const key = runKey(file, index);
        const isShown = shown.has(key);
        return (
          <label
            key={key}
            className="inline-flex max-w-96 items-center gap-1.5"
            title={visibleText(run.runId).slice(0, 300)}
          >
            <input
              type="checkbox"
              checked={isShown}
              disabled={!isShown && isFull}
              onChange={() => onToggle(key)}
            />
            <span className="truncate">{(run.title || visibleText(run.runId)).slice(0, 120)}</span>
            <span className="whitespace-nowrap text-muted tabular-nums">
              {formatDuration(durationNs)}
              {startedAtMs > 86_400_000 ? `, ${formatMoment(startedAtMs)}` : ""}
            </span>
          </label>
        );
      })}
      {runs.length > maxListed ? (
        <span className="text-muted">{`${formatCount(runs.length - maxListed)} more runs have no box here.`}</span>
      ) : null}
    </fieldset>
  );
}
