"use client";

import Link from "next/link";
import { ModeTag } from "@/components/shared/mode-tag";
import { formatAgo, formatMoment } from "@/components/ui/moment-format";
import { useNow } from "@/components/ui/use-now";
import { formatDuration } from "@/lib/base/time";
import { askAddress } from "./ask-address";
import type { Asked } from "./ask-history";

/** The questions asked in this tab; each brings its answer back without asking again. */
export function AskedList({
  asked,
  shownRunId,
}: {
  readonly asked: readonly Asked[];
  readonly shownRunId: string | undefined;
}) {
  const nowMs = useNow(30_000);
  return (
    <section aria-labelledby="asked">
      <h2 id="asked" className="border-line border-b pb-1.5 font-semibold text-[13px] text-muted">
        Asked in this tab
      </h2>
      <ul className="text-sm">
        {asked.map(({ question, mode, askedAtMs, answer }) => (
          <li key={answer.run_id} className="border-grid border-b last:border-b-0">
            <Link
              href={askAddress({ question, mode, runId: answer.run_id })}
              aria-current={answer.run_id === shownRunId ? "true" : undefined}
              className="-mx-2 grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 rounded-md px-2 py-2 hover:bg-hover aria-[current]:bg-selected sm:grid-cols-[minmax(0,1fr)_6.5rem_5.5rem_7rem]"
            >
              <span className="truncate">{question}</span>
              <span className="hidden sm:inline">
                {answer.status === "refused" ? (
                  <span className="text-[13px] text-muted">not answered</span>
                ) : (
                  <ModeTag mode={answer.mode} />
                )}
              </span>
              <span className="text-right tabular-nums">{formatDuration(answer.duration_ms * 1e6)}</span>
              <time
                dateTime={new Date(askedAtMs).toISOString()}
                title={formatMoment(askedAtMs)}
                className="hidden text-right text-muted sm:inline"
              >
                {formatAgo(askedAtMs, nowMs)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
