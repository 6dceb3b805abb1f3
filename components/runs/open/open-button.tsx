"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { Button, type ButtonLook } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { pages } from "@/lib/api/paths";
import { useFileDrop } from "./use-file-drop";
import { putFiles } from "./waiting-files";

/** For the file chooser; dropped files are recognised by their content. */
const accepted = ".json,.jsonl,.ndjson,.gz,.html,.trace";

/** Chooses trace files. */
export function ChooseFiles({
  look = "plain",
  onFiles,
}: {
  readonly look?: ButtonLook;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button look={look} onClick={() => chooser.current?.click()}>
        <Icon name="document" /> Open a trace file
      </Button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        accept={accepted}
        aria-label="Trace files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file can be chosen again after it was corrected.
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}

/** On the list of runs: opens what is chosen, or dropped anywhere, on a page of its own. */
export function OpenButton() {
  const router = useRouter();
  const open = (files: readonly File[]) => {
    putFiles(files);
    router.push(pages.open);
  };
  const isOver = useFileDrop(open);
  return (
    <>
      <ChooseFiles look="quiet" onFiles={open} />
      {isOver ? <DropHint /> : null}
    </>
  );
}

/** Says what a drop will do, over the whole page. */
export function DropHint() {
  return (
    <div className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-lg border-2 border-accent border-dashed bg-[color-mix(in_oklab,var(--ground)_88%,transparent)]">
      <p className="text-center font-semibold text-lg">
        Drop to open
        <span className="block font-normal text-muted text-sm">
          OTLP, Jaeger or Chrome JSON, also zipped, or an exported timeline. Nothing is stored or sent.
        </span>
      </p>
    </div>
  );
}
