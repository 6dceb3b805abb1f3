import type { Metadata } from "next";
import { preloadRun } from "@/components/runs/preload-run";
import { RunView } from "@/components/runs/run-view";

export const metadata: Metadata = { title: "Run" };

export default async function RunPage({ params }: { readonly params: Promise<{ readonly runId: string }> }) {
  const runId = decodeRunId((await params).runId);
  preloadRun(runId);
  return <RunView runId={runId} />;
}

/** Next hands the parameter over as it stands in the address; a broken one is looked for as it is. */
function decodeRunId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
