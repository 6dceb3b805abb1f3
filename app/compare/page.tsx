import type { Metadata } from "next";
import { CompareView } from "@/components/runs/compare-view";
import { preloadRun } from "@/components/runs/preload-run";

export const metadata: Metadata = { title: "Compare runs" };

/** As many as travel at once; the rest is asked for by the page itself. */
const maxPreloaded = 6;

export default async function ComparePage({ searchParams }: PageProps<"/compare">) {
  const { run = [] } = await searchParams;
  for (const runId of [run].flat().slice(0, maxPreloaded)) preloadRun(runId);
  return <CompareView />;
}
