import type { Metadata } from "next";
import Link from "next/link";
import { pages } from "@/lib/api/paths";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="mx-auto max-w-prose px-4 py-16">
      <h1 className="font-semibold text-xl tracking-tight">There is nothing at this address</h1>
      <p className="mt-2 text-muted">
        A run may have been cleared, or the address has a mistake. Look for it among the{" "}
        <Link href={pages.runs} className="text-accent underline underline-offset-2">
          runs
        </Link>{" "}
        or{" "}
        <Link href={pages.ask} className="text-accent underline underline-offset-2">
          ask a question
        </Link>
        .
      </p>
    </div>
  );
}
