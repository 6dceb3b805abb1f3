import type { Metadata } from "next";
import { MissingRun } from "@/components/runs/run/missing-run";
import { preloadRun } from "@/components/runs/run/preload-run";
import { RunView } from "@/components/runs/run/run-view";
import { readPageRunId } from "@/lib/server/http/address-ids";

export const metadata: Metadata = { title: "Run" };

export default async function RunPage({ params, searchParams }: PageProps<"/runs/[runId]">) {
  const named = readPageRunId((await params).runId, (await searchParams).run_id);
  if ("refusal" in named) {
    return (
      <MissingRun title="This address names no run">
        <p>{named.refusal}</p>
      </MissingRun>
    );
  }
  preloadRun(named.runId);
  // A run may differ only by the query, which React takes for the same page.
  return <RunView key={named.runId} runId={named.runId} />;
}
