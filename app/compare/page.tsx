import type { Metadata } from "next";
import { CompareView } from "@/components/runs/run/compare-view";
import { preloadRun } from "@/components/runs/run/preload-run";

export const metadata: Metadata = { title: "Compare runs" };

/** The others are asked for by the page: a browser has six connections, and its scripts want some of them. */
const maxPreloaded = 3;

export default async function ComparePage({ searchParams }: PageProps<"/compare">) {
  const { run = [] } = await searchParams;
  for (const runId of [...new Set([run].flat().filter(Boolean))].slice(0, maxPreloaded)) preloadRun(runId);
  return <CompareView />;
}
