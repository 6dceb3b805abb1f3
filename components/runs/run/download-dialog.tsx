"use client";

import { useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { ExportFormat } from "@/lib/api/exports";
import { paths } from "@/lib/api/paths";
import { shownView } from "./shown-view";

const formats: readonly { readonly format: ExportFormat; readonly name: string; readonly words: string }[] = [
  { format: "html", name: "Timeline as HTML", words: "opens in any browser, without a network" },
  { format: "otlp", name: "OTLP JSON", words: "every span with every type; can be sent to /v1/traces again" },
  { format: "jaeger", name: "Jaeger JSON", words: "for Jaeger's page" },
  { format: "chrome", name: "Chrome trace", words: "for Perfetto and chrome://tracing" },
];

/** Which form the run is to leave in, and what of it. */
export function DownloadDialog({ runId, onClose }: { readonly runId: string; readonly onClose: () => void }) {
  const [format, setFormat] = useState<ExportFormat>("html");
  const [asShown, setAsShown] = useState(true);
  const [isBare, setIsBare] = useState(false);
  const href = paths.runExport(runId, format, {
    ...(format === "html" && asShown && { view: shownView() }),
    ...(isBare && { values: "none" }),
  });
  return (
    <Dialog title="Download this run" onClose={onClose}>
      <div className="grid gap-3 text-sm">
        <fieldset className="grid gap-1.5">
          <legend className="sr-only">Format</legend>
          {formats.map(({ format: value, name, words }) => (
            <label key={value} className="flex items-baseline gap-2">
              <input
                type="radio"
                name="format"
                checked={format === value}
                onChange={() => setFormat(value)}
              />
              <span>
                {name}
                <span className="block text-[13px] text-muted">{words}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="grid gap-1.5 border-line border-t pt-3">
          <label className={`flex items-baseline gap-2 ${format === "html" ? "" : "text-muted"}`}>
            <input
              type="checkbox"
              checked={asShown && format === "html"}
              disabled={format !== "html"}
              onChange={(event) => setAsShown(event.target.checked)}
            />
            Open it as it is shown now
          </label>
          <label className="flex items-baseline gap-2">
            <input type="checkbox" checked={isBare} onChange={(event) => setIsBare(event.target.checked)} />
            <span>
              Leave out values
              <span className="block text-[13px] text-muted">
                to share it: names, services, times and keys stay; the question, values of attributes, SQL,
                messages and what events carry do not
              </span>
            </span>
          </label>
        </div>
        <div className="flex justify-end">
          <a className={buttonClass("primary")} href={href} download onClick={onClose}>
            Download
          </a>
        </div>
      </div>
    </Dialog>
  );
}
