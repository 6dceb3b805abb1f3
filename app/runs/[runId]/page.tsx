import type { Metadata } from "next";
import { RunView } from "@/components/runs/run-view";

export const metadata: Metadata = { title: "Run" };

export default async function RunPage({ params }: { readonly params: Promise<{ readonly runId: string }> }) {
  const { runId } = await params;
  return <RunView runId={decodeRunId(runId)} />;
}

/** Next hands the parameter over as it stands in the address; a broken one is looked for as it is. */
function decodeRunId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
