import type { Metadata } from "next";
import { CompareView } from "@/components/runs/compare-view";

export const metadata: Metadata = { title: "Compare runs" };

export default function ComparePage() {
  return <CompareView />;
}
