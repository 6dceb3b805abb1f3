"use client";

import { type DragEvent, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { ErrorNotice } from "@/components/ui/notice";
import { datasetName } from "@/lib/api/datasets";
import { UploadBars } from "./upload-progress";
import { UploadResults } from "./upload-results";
import { useUpload } from "./use-upload";

/** What the ingest reads, for the file chooser; a dropped file of another kind is refused with its reason. */
const accepted = ".csv,.tsv,.json,.ndjson,.jsonl,.parquet,.md,.markdown,.txt";

/** Files by button or by drop, into a collection that may be named; then the progress and a result for each. */
export function UploadPanel() {
  const { task, upload, cancel } = useUpload();
  const [collection, setCollection] = useState("");
  const [isOver, setIsOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const nameId = useId();
  const hintId = useId();
  const name = collection.trim();
  const nameProblem = name === "" || datasetName.safeParse(name).success ? undefined : nameRule;
  const isRunning = task.phase === "running";
  const canUpload = !isRunning && nameProblem === undefined;
  const send = (files: readonly File[]) => {
    if (canUpload && files.length > 0) void upload(files, name);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    send([...event.dataTransfer.files]);
  };
  return (
    <section aria-label="Upload" className="mb-8">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the one for all */}
      <div
        className={`flex flex-wrap items-center gap-x-6 gap-y-3 rounded-lg border border-dashed px-5 py-4 ${isOver ? "border-accent bg-selected" : "border-edge"}`}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(canUpload);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <div className="flex min-w-64 flex-1 gap-x-4 gap-y-2 max-md:flex-col md:items-center">
          <Button look="primary" disabled={!canUpload} onClick={() => chooser.current?.click()}>
            <Icon name="upload" /> Upload files
          </Button>
          <p className="text-[13px] text-muted">
            or drop them here. Tables: CSV, TSV, JSON, NDJSON, Parquet. Documents: Markdown, plain text. A
            table of the same name is replaced.
          </p>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            accept={accepted}
            aria-label="Files"
            onChange={(event) => {
              send([...(event.target.files ?? [])]);
              // The same file can be chosen again after it was corrected.
              event.target.value = "";
            }}
          />
        </div>
        <div className="w-full sm:w-60">
          <label htmlFor={nameId} className="block text-[13px]">
            Collection for documents <span className="text-muted">(optional)</span>
          </label>
          <input
            id={nameId}
            className="mt-1 h-9 w-full rounded-md border border-edge bg-ground px-2 text-sm aria-invalid:border-error"
            aria-invalid={nameProblem !== undefined}
            aria-describedby={hintId}
            maxLength={100}
            value={collection}
            onChange={(event) => setCollection(event.target.value)}
          />
          <p id={hintId} className="mt-1 text-error text-xs empty:hidden">
            {nameProblem}
          </p>
        </div>
      </div>
      <div aria-live="polite" className="mt-3 empty:hidden">
        {task.phase === "running" ? <UploadBars state={task} onCancel={cancel} /> : null}
        {task.phase === "finished" ? <UploadResults files={task.files} /> : null}
        {task.phase === "cancelled" ? (
          <p className="text-muted text-sm">
            Cancelled. Files that were stored before that are in the list below.
          </p>
        ) : null}
      </div>
      {task.phase === "failed" ? <ErrorNotice error={task.error} /> : null}
    </section>
  );
}

const nameRule = "Use letters, digits, spaces and . _ - and begin with a letter, a digit or _.";
