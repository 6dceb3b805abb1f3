import type { Metadata } from "next";
import { DataPanel } from "@/components/data/data-panel";
import { PageHeading } from "@/components/ui/page-heading";

export const metadata: Metadata = { title: "Data" };

export default function DataPage() {
  return (
    <div className="max-w-[84rem] px-4 py-6 md:px-8">
      <PageHeading title="Data" />
      <DataPanel />
    </div>
  );
}
