import type { Metadata } from "next";
import { AskPanel } from "@/components/answer/ask-panel";
import { PageHeading } from "@/components/ui/page-heading";

export const metadata: Metadata = { title: "Ask · Jiva" };

export default function AskPage() {
  return (
    <div className="max-w-[84rem] px-4 py-6 md:px-8">
      <PageHeading title="Ask" />
      <AskPanel />
    </div>
  );
}
