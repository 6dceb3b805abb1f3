import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";
import { EmptyNotice } from "@/components/ui/notice";
import { pages } from "@/lib/api/paths";

/** In place of a run that is not there: why, and the way to those that are. */
export function MissingRun({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <RunNotice>
      <EmptyNotice title={title}>
        {children}
        <p className="mt-4">
          <Link className={buttonClass()} href={pages.runs}>
            See all runs
          </Link>
        </p>
      </EmptyNotice>
    </RunNotice>
  );
}

/** The page of a run that has no timeline to show. */
export function RunNotice({ children }: { readonly children: ReactNode }) {
  return (
    <div className="max-w-2xl px-4 py-6 md:px-8">
      <h1 className="mb-4 font-semibold text-xl tracking-tight">Run</h1>
      {children}
    </div>
  );
}
