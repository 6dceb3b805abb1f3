import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { EmptyNotice } from "@/components/ui/notice";
import { pages } from "@/lib/api/paths";

/** In place of a run, where its address names none: `reason` says why. */
export function WrongAddress({ reason }: { readonly reason: string }) {
  return (
    <div className="max-w-2xl px-4 py-6 md:px-8">
      <h1 className="mb-4 font-semibold text-xl tracking-tight">Run</h1>
      <EmptyNotice title="This address names no run">
        <p>{reason}</p>
        <p className="mt-4">
          <Link className={buttonClass()} href={pages.runs}>
            See all runs
          </Link>
        </p>
      </EmptyNotice>
    </div>
  );
}
