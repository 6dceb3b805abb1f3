"use client";

import Link from "next/link";
import { parseMode } from "@/components/shared/mode-names";
import { ModeTag } from "@/components/shared/mode-tag";
import { formatAgo, formatMoment } from "@/components/ui/moment-format";
import { useNow } from "@/components/ui/use-now";
import { pages } from "@/lib/api/paths";
import type { RunSummary } from "@/lib/api/runs";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { runLabel } from "../run/run-label";
import { RunStatus } from "../run/run-status";
import { durationToBar, percentile } from "./duration-bar";

/** The runs that were ticked, to be compared. */
export interface Ticked {
  readonly has: (runId: string) => boolean;
  /** No more can be ticked. */
  readonly isFull: boolean;
  readonly toggle: (run: RunSummary) => void;
}

/** Runs as rows. A whole row is one link, so that it opens in a new tab as links do. */
export function RunsTable({
  runs,
  ticked,
}: {
  readonly runs: readonly RunSummary[];
  readonly ticked: Ticked;
}) {
  const nowMs = useNow(30_000);
  const hasServices = new Set(runs.map((run) => run.service)).size > 1;
  const p95Ms = percentile(
    runs.map((run) => run.duration_ms),
    0.95,
  );
  return (
    <table className="w-full table-fixed border-collapse text-[13px]">
      <caption className="sr-only">Runs, newest first</caption>
      <colgroup>
        <col className="w-9" />
        <col className="w-9 md:w-20" />
        <col />
        <col className="hidden w-28 lg:table-column" />
        <col className="hidden w-32 md:table-column" />
        <col className="w-24 sm:w-44" />
        <col className="hidden w-20 md:table-column" />
        <col className="hidden w-20 md:table-column" />
      </colgroup>
      <thead>
        <tr className="border-line border-b text-left text-muted [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
          <th scope="col">
            <span className="sr-only">Compare</span>
          </th>
          <th scope="col">
            <span className="max-md:sr-only">Status</span>
          </th>
          <th scope="col">Question or name</th>
          <th scope="col" className="hidden lg:table-cell">
            Kind
          </th>
          <th scope="col" className="hidden text-right md:table-cell">
            When
          </th>
          <th
            scope="col"
            className="text-right"
            title={`A full bar is the p95 of this page: ${formatDuration(p95Ms * 1e6)}`}
          >
            Duration
          </th>
          <th scope="col" className="hidden text-right md:table-cell">
            Spans
          </th>
          <th scope="col" className="hidden text-right md:table-cell">
            Errors
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow
            key={run.run_id}
            run={run}
            nowMs={nowMs}
            p95Ms={p95Ms}
            hasServices={hasServices}
            ticked={ticked}
          />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({
  run,
  nowMs,
  p95Ms,
  hasServices,
  ticked,
}: {
  readonly run: RunSummary;
  readonly nowMs: number;
  readonly p95Ms: number;
  /** Whether the list has runs of several services, so that each row says which. */
  readonly hasServices: boolean;
  readonly ticked: Ticked;
}) {
  const mode = parseMode(run.mode);
  const startedMs = Date.parse(run.started_at);
  const href = pages.run(run.run_id);
  const isTicked = ticked.has(run.run_id);
  return (
    <tr
      data-ticked={isTicked}
      className="data-[ticked=true]:bg-selected relative border-grid border-b hover:bg-hover has-[a:focus-visible]:bg-selected [&>td]:px-3 max-md:[&>td:nth-child(-n+2)]:pr-0 [&>td]:py-2 [&>td]:align-top"
    >
      <td>
        {/* Above the row's link, and larger than it looks: a near miss should not open the run. */}
        <label className="-m-2 relative z-10 block p-2">
          <input
            type="checkbox"
            className="block size-4"
            aria-label={`Compare ${runLabel(run)}`}
            checked={isTicked}
            disabled={!isTicked && ticked.isFull}
            onChange={() => ticked.toggle(run)}
          />
        </label>
      </td>
      <td>
        <RunStatus status={run.status} />
      </td>
      <td>
        <div className="flex items-baseline gap-3">
          <Link
            href={href}
            prefetch={false}
            className="line-clamp-2 min-w-0 flex-1 break-words text-sm leading-5 outline-offset-4 after:absolute after:inset-0 md:line-clamp-1 md:break-all"
          >
            {runLabel(run)}
          </Link>
          {hasServices ? (
            <span className="hidden max-w-48 truncate text-muted text-xs md:block">{run.service}</span>
          ) : null}
        </div>
        <span className="block truncate text-muted md:hidden">
          {formatAgo(startedMs, nowMs)}
          {hasServices ? `, ${run.service}` : ""}
        </span>
      </td>
      <td className="hidden lg:table-cell">
        {mode ? <ModeTag mode={mode} /> : <span className="block truncate text-muted">{run.mode}</span>}
      </td>
      <td className="hidden text-right md:table-cell">
        {/* Above the row's link, so that hovering shows the exact moment; the row's link is the one for keys. */}
        <Link
          href={href}
          prefetch={false}
          tabIndex={-1}
          aria-hidden="true"
          className="relative z-10 text-muted"
          title={formatMoment(startedMs)}
        >
          {formatAgo(startedMs, nowMs)}
        </Link>
        <time dateTime={run.started_at} className="sr-only">
          {formatAgo(startedMs, nowMs)}
        </time>
      </td>
      <td className="text-right">
        <Duration durationMs={run.duration_ms} p95Ms={p95Ms} isError={run.status === "error"} />
      </td>
      <td className="hidden text-right md:table-cell">{formatCount(run.span_count)}</td>
      <td
        className={`hidden text-right md:table-cell ${run.error_count > 0 ? "font-semibold text-error" : "text-muted"}`}
      >
        {formatCount(run.error_count)}
      </td>
    </tr>
  );
}

/** A duration over its bar. The bar of one beyond the p95 breaks open at its end. */
function Duration({
  durationMs,
  p95Ms,
  isError,
}: {
  readonly durationMs: number;
  readonly p95Ms: number;
  readonly isError: boolean;
}) {
  const { fraction, isOver } = durationToBar(durationMs, p95Ms);
  return (
    <div className="flex flex-col items-end justify-end gap-1 sm:flex-row-reverse sm:items-center sm:gap-3">
      <span className="w-16 whitespace-nowrap">{formatDuration(durationMs * 1e6)}</span>
      <span className="flex h-1.5 w-full gap-0.5 rounded-sm bg-grid sm:w-20" aria-hidden="true">
        <span
          className={`rounded-sm ${isError ? "bg-error" : "bg-bar"}`}
          style={{ width: isOver ? "calc(100% - 6px)" : `${fraction * 100}%` }}
        />
        {isOver ? <span className={`w-1 rounded-sm ${isError ? "bg-error" : "bg-bar"}`} /> : null}
      </span>
    </div>
  );
}
