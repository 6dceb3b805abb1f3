import { Icon } from "@/components/ui/icon";
import type { RunSummary } from "@/lib/api/runs";

/** A run's status by shape, colour and text; on a phone the text is left to screen readers. */
export function RunStatus({ status }: { readonly status: RunSummary["status"] }) {
  return status === "error" ? (
    <span className="inline-flex items-center gap-1.5 font-semibold text-error">
      <Icon name="error" className="size-4" /> <span className="max-md:sr-only">Error</span>
    </span>
  ) : (
    <span className="inline-flex items-center gap-1.5 text-ink">
      <Icon name="ok" className="size-4 text-ok" /> <span className="max-md:sr-only">OK</span>
    </span>
  );
}
