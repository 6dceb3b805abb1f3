import { Icon } from "@/components/ui/icon";
import type { UploadedFile } from "@/lib/api/datasets";
import { formatQuantity } from "@/lib/base/count";

/** What became of each file of an upload, refused ones first with the reason. */
export function UploadResults({ files }: { readonly files: readonly UploadedFile[] }) {
  const refused = files.filter((file) => file.status === "refused");
  const stored = files.filter((file) => file.status === "stored");
  return (
    <div className="rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      <p className="font-semibold">{resultsToWords(stored.length, refused.length)}</p>
      <ul className="mt-1.5 grid gap-1">
        {[...refused, ...stored].map((file, i) => (
          <li key={`${i} ${file.name}`} className="flex gap-2">
            <Icon
              name={file.status === "stored" ? "ok" : "error"}
              className={`mt-0.5 size-4 ${file.status === "stored" ? "text-ok" : "text-error"}`}
            />
            <span className="min-w-0 break-words">
              <span className="font-medium">{file.name}</span>
              {file.status === "refused" ? ` was refused. ${file.reason ?? ""}` : ` ${storedToWords(file)}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The outcome of an upload in a sentence: `2 files stored, 1 refused`. */
export function resultsToWords(stored: number, refused: number): string {
  if (refused === 0) return `${formatQuantity(stored, "file")} stored`;
  if (stored === 0) return `${formatQuantity(refused, "file")} refused, nothing was stored`;
  return `${formatQuantity(stored, "file")} stored, ${refused} refused`;
}

function storedToWords({ dataset, rows, passages, columns }: UploadedFile): string {
  const parts = [
    rows === undefined ? "" : formatQuantity(rows, "row"),
    columns === undefined ? "" : formatQuantity(columns.length, "column"),
    passages === undefined ? "" : formatQuantity(passages, "passage"),
  ].filter(Boolean);
  return [dataset ? `→ ${dataset}` : "", parts.join(", ")].filter(Boolean).join(": ");
}
