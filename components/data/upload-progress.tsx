import { Button } from "@/components/ui/button";
import { formatBytes } from "@/lib/base/bytes";
import { clamp } from "@/lib/base/clamp";
import { formatQuantity } from "@/lib/base/count";
import type { UploadState } from "./upload";

/** The file that the app is at, and two bars: what has left the browser, and what the database has of it. */
export function UploadBars({
  state,
  onCancel,
}: {
  readonly state: UploadState;
  readonly onCancel: () => void;
}) {
  const { sentBytes, totalBytes, reading } = state;
  const sent = clamp(sentBytes, reading?.read_bytes ?? 0, totalBytes);
  const stored = Math.min(reading?.stored_bytes ?? 0, sent);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      <p className="truncate">
        {reading ? `${stored > 0 ? "Storing" : "Reading"} ${reading.file}` : "Sending"}
        {reading && reading.rows > 0 ? `, ${formatQuantity(reading.rows, "row")}` : ""}
      </p>
      <Button className="sm:row-span-2" onClick={onCancel}>
        Cancel
      </Button>
      {/* On a phone below the button, so that the bars are long enough to be read. */}
      <div className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1 text-[13px] text-muted tabular-nums max-sm:col-span-2">
        <Amount name="Sent" bytes={sent} totalBytes={totalBytes} look={sentLook} />
        <Amount name="Stored" bytes={stored} totalBytes={totalBytes} look={storedLook} />
      </div>
    </div>
  );
}

const sentLook = "[&::-moz-progress-bar]:bg-muted [&::-webkit-progress-value]:bg-muted";
const storedLook = "[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-value]:bg-accent";

/** A row of the grid. The numbers are as wide from the first to the last, so that nothing moves. */
function Amount({
  name,
  bytes,
  totalBytes,
  look,
}: {
  readonly name: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly look: string;
}) {
  return (
    <>
      <span aria-hidden="true">{name}</span>
      <progress
        className={`block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-grid [&::-webkit-progress-bar]:bg-grid ${look}`}
        aria-label={name}
        value={bytes}
        max={Math.max(totalBytes, 1)}
      />
      <span className="min-w-36 whitespace-nowrap text-right" aria-hidden="true">
        {formatBytes(bytes)} of {formatBytes(totalBytes)}
      </span>
    </>
  );
}
