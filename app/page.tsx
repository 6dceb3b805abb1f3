import type { Metadata } from "next";
import { AskPanel } from "@/components/answer/ask-panel";
import { PageHeading } from "@/components/ui/page-heading";

export const metadata: Metadata = { title: "Ask · Jiva" };

export default function AskPage() {
  return (
    <div className="mx-auto max-w-[80rem] px-4 py-6 md:px-8 md:py-8">
      <PageHeading title="Ask" />
      <AskPanel />
    </div>
  );
}
