"use client";

import { useMayWrite } from "@/components/ui/access";
import { Button } from "@/components/ui/button";
import { EmptyNotice, ErrorNotice } from "@/components/ui/notice";
import { DatasetList } from "./dataset-list";
import { UploadPanel } from "./upload-panel";
import { useDatasets, useLoadSamples } from "./use-datasets";

/** Upload, and below it what there is. */
export function DataPanel() {
  const { data, error, isPending, refetch } = useDatasets();
  const mayWrite = useMayWrite();
  return (
    <>
      {mayWrite ? <UploadPanel /> : null}
      <section aria-labelledby="datasets" aria-busy={isPending} className="min-h-96">
        <h2 id="datasets" className="mb-2 font-semibold text-[13px] text-muted">
          Tables and documents
        </h2>
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <p className="text-muted text-sm">Loading</p>
        ) : data.datasets.length === 0 ? (
          <NoData />
        ) : (
          <DatasetList datasets={data.datasets} />
        )}
      </section>
    </>
  );
}

function NoData() {
  const samples = useLoadSamples();
  if (!useMayWrite()) {
    return (
      <EmptyNotice title="Nothing to ask about yet">
        <p>Whoever has the API token can upload files here, or load the sample data.</p>
      </EmptyNotice>
    );
  }
  return (
    <div className="grid gap-3">
      <EmptyNotice title="Nothing to ask about yet">
        <p>
          Upload your own files above, or load the sample data: tables and documents of an invented
          bicycle-sharing operator, with questions to try.
        </p>
        <Button className="mt-4" disabled={samples.isPending} onClick={() => samples.mutate()}>
          {samples.isPending ? "Loading the sample data" : "Load the sample data"}
        </Button>
      </EmptyNotice>
      {samples.error ? <ErrorNotice error={samples.error} onRetry={() => samples.mutate()} /> : null}
    </div>
  );
}
