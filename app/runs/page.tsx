import type { Metadata } from "next";
import { RunsPanel } from "@/components/runs/list/runs-panel";

export const metadata: Metadata = { title: "Runs" };

export default function RunsPage() {
  return (
    <div className="max-w-[84rem] px-4 py-6 md:px-8">
      <RunsPanel />
    </div>
  );
}
