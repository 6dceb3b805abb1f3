import type { Metadata } from "next";
import { OpenPanel } from "@/components/runs/open/open-panel";

export const metadata: Metadata = { title: "Opened files" };

export default function OpenPage() {
  return <OpenPanel />;
}
