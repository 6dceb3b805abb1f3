"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { EmptyNotice, ErrorNotice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { pages } from "@/lib/api/paths";
import { ClearRunsDialog } from "./clear-runs-dialog";
import { OpenButton } from "./open-button";
import { parseRunsFilter, type RunsFilter, runsAddress } from "./runs-address";
import { RunsFilterBar } from "./runs-filter";
import { RunsTable } from "./runs-table";
import { useRuns } from "./use-runs";

// The chart library is the largest part of the page; the list does not wait for it.
const RunsChart = dynamic(() => import("./runs-chart"), { ssr: false });

/** The list of runs: the address holds the search, the filters and the page. */
export function RunsPanel() {
  const search = useSearchParams().toString();
  const filter = parseRunsFilter(new URLSearchParams(search));
  const [isClearing, setIsClearing] = useState(false);
  const { data, error, isFetching, isPlaceholderData, refetch } = useRuns(filter);
  const change = useCallback(
    (part: Partial<RunsFilter>) => {
      const next = { ...parseRunsFilter(new URLSearchParams(search)), cursor: undefined, ...part };
      history.replaceState(null, "", runsAddress(next));
    },
    [search],
  );
  const runs = data?.runs ?? [];
  const services = [...new Set([...runs.map((run) => run.service), filter.service ?? ""])]
    .filter(Boolean)
    .sort();
  const isFiltered = runsAddress({ ...filter, cursor: undefined }) !== pages.runs;
  return (
    <>
      <PageHeading title="Runs">
        <div className="flex flex-wrap gap-1">
          <OpenButton />
          <Button look="quiet" aria-label="Refresh" disabled={isFetching} onClick={() => void refetch()}>
            <Icon name="refresh" /> <span className="hidden sm:inline">Refresh</span>
          </Button>
          <Button look="quiet" onClick={() => setIsClearing(true)}>
            <Icon name="trash" /> Clear old runs
          </Button>
        </div>
      </PageHeading>
      <RunsFilterBar filter={filter} services={services} onChange={change} />
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data && runs.length === 0 ? (
        <NoRuns isFiltered={isFiltered} isOlderPage={filter.cursor !== undefined} />
      ) : (
        <div
          aria-busy={isFetching}
          className={`min-h-[40rem] transition-opacity ${isPlaceholderData ? "opacity-60" : ""}`}
        >
          <figure className="mb-3 h-28" aria-label="Durations of the runs below over time">
            {runs.length > 0 ? <RunsChart runs={runs} /> : null}
          </figure>
          {data ? <RunsTable runs={runs} /> : <p className="text-muted text-sm">Loading</p>}
          <nav aria-label="Pages" className="mt-4 flex justify-end gap-2">
            {filter.cursor ? (
              <Link href={runsAddress({ ...filter, cursor: undefined })} className={buttonClass()}>
                Newest
              </Link>
            ) : null}
            {data?.next ? (
              <Link href={runsAddress({ ...filter, cursor: data.next })} className={buttonClass()}>
                Older
              </Link>
            ) : null}
          </nav>
        </div>
      )}
      {isClearing ? <ClearRunsDialog onClose={() => setIsClearing(false)} /> : null}
    </>
  );
}

function NoRuns({
  isFiltered,
  isOlderPage,
}: {
  readonly isFiltered: boolean;
  readonly isOlderPage: boolean;
}) {
  if (isFiltered || isOlderPage)
    return (
      <EmptyNotice title="No run matches">
        <p>
          {isOlderPage ? "There are no older runs here. " : "Search for fewer words or take a filter away. "}
          <Link href={pages.runs} className="text-accent underline underline-offset-2">
            Show all runs
          </Link>
        </p>
      </EmptyNotice>
    );
  return (
    <EmptyNotice title="No runs yet">
      <p>
        Every question leaves a run here, with its timeline.{" "}
        <Link href={pages.ask} className="text-accent underline underline-offset-2">
          Ask one
        </Link>{" "}
        to begin.
      </p>
    </EmptyNotice>
  );
}
