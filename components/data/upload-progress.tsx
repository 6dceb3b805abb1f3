import { Button } from "@/components/ui/button";
import { formatBytes } from "@/components/ui/bytes-format";
import { formatQuantity } from "@/lib/base/count";
import type { UploadState } from "./upload";

/** The file that the app is at, and two bars: what has left the browser, and what the database has of it. */
export function UploadProgress({
  state,
  onCancel,
}: {
  readonly state: UploadState;
  readonly onCancel: () => void;
}) {
  const { sentBytes, totalBytes, reading } = state;
  const sent = Math.min(Math.max(sentBytes, reading?.read_bytes ?? 0), totalBytes);
  const stored = Math.min(reading?.stored_bytes ?? 0, sent);
  return (
    <div className="flex items-center gap-4 rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      <div className="min-w-0 flex-1">
        <p className="truncate">
          {reading ? `Reading ${reading.file}` : "Sending"}
          {reading && reading.rows > 0 ? `, ${formatQuantity(reading.rows, "row")}` : ""}
        </p>
        <div className="mt-2 grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1 text-[13px] text-muted tabular-nums">
          <Amount name="Sent" bytes={sent} totalBytes={totalBytes} look={sentLook} />
          <Amount name="Stored" bytes={stored} totalBytes={totalBytes} look={storedLook} />
        </div>
      </div>
      <Button onClick={onCancel}>Cancel</Button>
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
      <span className="min-w-36 whitespace-nowrap text-right max-sm:min-w-16" aria-hidden="true">
        {formatBytes(bytes)}
        <span className="max-sm:hidden"> of {formatBytes(totalBytes)}</span>
      </span>
    </>
  );
}
