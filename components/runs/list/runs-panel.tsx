"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import { useMayWrite } from "@/components/ui/access";
import { Button, buttonClass } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { EmptyNotice, ErrorNotice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { pages } from "@/lib/api/paths";
import { formatQuantity } from "@/lib/base/count";
import { ChartsPanel } from "../charts/charts-panel";
import { useRunChart } from "../charts/use-run-chart";
import { OpenButton } from "../open/open-button";
import { ClearRunsDialog } from "./clear-runs-dialog";
import { CompareBar } from "./compare-bar";
import { parseRunsFilter, type RunsFilter, runsAddress } from "./runs-address";
import { RunsFilterBar } from "./runs-filter";
import { RunsTable } from "./runs-table";
import { useReading } from "./use-reading";
import { useHeldRuns, useRuns } from "./use-runs";
import { useTicked } from "./use-ticked";

/** The list of runs under its charts: the address holds the search, the filters, the range and the page. */
export function RunsPanel() {
  const search = useSearchParams().toString();
  const filter = parseRunsFilter(new URLSearchParams(search));
  const [isClearing, setIsClearing] = useState(false);
  const mayWrite = useMayWrite();
  const list = useRuns(filter);
  const { data, error, isFetching, isPlaceholderData, refetch } = list;
  const reading = useReading();
  const ticked = useTicked();
  const held = useHeldRuns(filter, list, reading.isReading || ticked.runs.length > 0);
  const chart = useRunChart(filter, filter.cursor || isPlaceholderData ? undefined : data?.runs[0]?.run_id);
  const goTo = useCallback(
    (part: Partial<RunsFilter>, isStep: boolean) => {
      const next = { ...parseRunsFilter(new URLSearchParams(search)), cursor: undefined, ...part };
      // A range is a step that the way back undoes; typing and chips are not, or it would be long.
      if (isStep) history.pushState(null, "", runsAddress(next));
      else history.replaceState(null, "", runsAddress(next));
    },
    [search],
  );
  const change = useCallback((part: Partial<RunsFilter>) => goTo(part, false), [goTo]);
  const refresh = () => {
    void chart.refetch();
    void refetch().then(held.show);
  };
  const isFiltered = runsAddress({ ...filter, cursor: undefined }) !== pages.runs;
  const isBare = data !== undefined && data.runs.length === 0 && !isFiltered && !filter.cursor;
  return (
    <>
      <PageHeading title="Runs">
        <div className="flex flex-wrap gap-1">
          <OpenButton />
          <Button look="quiet" aria-label="Refresh" disabled={isFetching} onClick={refresh}>
            <Icon name="refresh" /> <span className="hidden sm:inline">Refresh</span>
          </Button>
          {mayWrite ? (
            <Button look="quiet" onClick={() => setIsClearing(true)}>
              <Icon name="trash" /> Clear old runs
            </Button>
          ) : null}
        </div>
      </PageHeading>
      {isBare ? null : (
        <>
          <RunsFilterBar filter={filter} choices={chart.data} onChange={change} />
          <ChartsPanel
            filter={filter}
            chart={chart}
            onRange={(range) => goTo({ range: undefined, from: range?.from, to: range?.to }, true)}
          />
        </>
      )}
      {error && !data ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data && data.runs.length === 0 ? (
        <NoRuns isFiltered={isFiltered} isOlderPage={filter.cursor !== undefined} />
      ) : (
        <div
          ref={reading.ref}
          aria-busy={isFetching}
          className={`relative min-h-[40rem] transition-opacity ${isPlaceholderData ? "opacity-60" : ""}`}
        >
          {held.newCount > 0 ? <NewRunsButton count={held.newCount} onShow={held.show} /> : null}
          {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
          {data ? (
            <RunsTable runs={held.runs} ticked={ticked} />
          ) : (
            <p className="text-muted text-sm">Loading</p>
          )}
          <PageLinks filter={filter} older={data?.next} />
          <CompareBar runs={ticked.runs} onClear={ticked.clear} />
        </div>
      )}
      {isClearing ? <ClearRunsDialog onClose={() => setIsClearing(false)} /> : null}
    </>
  );
}

/** Floats over the table, so that it can appear without moving the rows a person is reading. */
function NewRunsButton({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  return (
    <div className="sticky top-14 z-20 h-0 md:top-2" role="status">
      <Button
        look="primary"
        className="mx-auto flex h-8 rounded-full shadow-md"
        onClick={() => {
          onShow();
          window.scrollTo({ top: 0 });
        }}
      >
        Show {formatQuantity(count, "new run")}
      </Button>
    </div>
  );
}

function PageLinks({
  filter,
  older,
}: {
  readonly filter: RunsFilter;
  readonly older: string | null | undefined;
}) {
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-end gap-2">
      {filter.cursor ? (
        <Link href={runsAddress({ ...filter, cursor: undefined })} className={buttonClass()}>
          Newest
        </Link>
      ) : null}
      {older ? (
        <Link href={runsAddress({ ...filter, cursor: older })} className={buttonClass()}>
          Older
        </Link>
      ) : null}
    </nav>
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
