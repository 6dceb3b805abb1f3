"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { ApiError } from "@/components/ui/api-client";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { ErrorNotice } from "@/components/ui/notice";
import { pages } from "@/lib/api/paths";
import { formatDuration } from "@/lib/base/time";

/** A question that came to no answer: why, what was kept, and asking again, after the wait the app asked for. */
export function AskFailure({
  error,
  question,
  onAskAgain,
}: {
  readonly error: Error;
  readonly question: string;
  readonly onAskAgain: () => void;
}) {
  const isRecorded = error instanceof ApiError && error.problem.status >= 500;
  const waitS = useCountdown(error instanceof ApiError ? (error.retryAfterS ?? 0) : 0);
  return (
    <ErrorNotice error={error}>
      {isRecorded ? (
        <p className="mt-0.5">
          Your question is kept in the box. <FailedRunsLink question={question} />
        </p>
      ) : (
        <p className="mt-0.5">Your question is kept in the box.</p>
      )}
      <Button className="mt-3 tabular-nums" disabled={waitS > 0} onClick={onAskAgain}>
        {waitS > 0 ? `Ask again in ${waitS} s` : "Ask again"}
      </Button>
    </ErrorNotice>
  );
}

/** A question that the person cancelled. */
export function AskCancelled({
  afterMs,
  question,
  onAskAgain,
}: {
  readonly afterMs: number;
  readonly question: string;
  readonly onAskAgain: () => void;
}) {
  return (
    <div className="flex gap-3 rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      <Icon name="close" className="mt-0.5 size-5 text-muted" />
      <div>
        <p className="font-semibold">Cancelled after {formatDuration(afterMs * 1e6)}</p>
        <p className="mt-0.5">
          The database query was stopped too. <FailedRunsLink question={question} />
        </p>
        <Button className="mt-3" onClick={onAskAgain}>
          Ask again
        </Button>
      </div>
    </div>
  );
}

function FailedRunsLink({ question }: { readonly question: string }) {
  const search = new URLSearchParams({ q: question.trim().slice(0, 200), status: "error" });
  return (
    <Link href={`${pages.runs}?${search}`} className="text-accent underline underline-offset-2">
      See its run
    </Link>
  );
}

/** Whole seconds that are left of `fromS`. */
function useCountdown(fromS: number): number {
  const [leftS, setLeftS] = useState(Math.ceil(fromS));
  useEffect(() => {
    setLeftS(Math.ceil(fromS));
    const timer = setInterval(() => setLeftS((left) => Math.max(0, left - 1)), 1_000);
    return () => clearInterval(timer);
  }, [fromS]);
  return leftS;
}
