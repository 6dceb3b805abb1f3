import { Button } from "@/components/ui/button";
import { formatBytes } from "@/components/ui/bytes-format";
import { formatQuantity } from "@/lib/base/count";
import type { UploadState } from "./upload";

/** Bytes sent, then the file that the app is reading. */
export function UploadProgress({
  state,
  onCancel,
}: {
  readonly state: UploadState;
  readonly onCancel: () => void;
}) {
  const { sentBytes, totalBytes, reading } = state;
  const readBytes = reading?.read_bytes ?? 0;
  const doneBytes = Math.min(Math.max(sentBytes, readBytes), totalBytes);
  return (
    <div className="flex items-center gap-4 rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      <div className="min-w-0 flex-1">
        <p className="flex justify-between gap-4">
          <span className="truncate">
            {reading ? `Reading ${reading.file}` : "Sending"}
            {reading && reading.rows > 0 ? `, ${formatQuantity(reading.rows, "row")}` : ""}
          </span>
          <span className="whitespace-nowrap text-muted tabular-nums" aria-hidden="true">
            {formatBytes(doneBytes)} of {formatBytes(totalBytes)}
          </span>
        </p>
        <progress
          className="mt-2 block h-1.5 w-full appearance-none overflow-hidden rounded-full [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-grid [&::-webkit-progress-value]:bg-accent"
          aria-label="Upload"
          value={doneBytes}
          max={Math.max(totalBytes, 1)}
        />
      </div>
      <Button onClick={onCancel}>Cancel</Button>
    </div>
  );
}
