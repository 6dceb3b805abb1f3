import type { ReactNode } from "react";
import { ApiError } from "./api-client";
import { Button } from "./button";
import { Icon } from "./icon";

/** What went wrong and what to do, with a way to try again where there is one. */
export function ErrorNotice({
  error,
  onRetry,
  children,
}: {
  readonly error: Error;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}) {
  const { title, detail } = errorToWords(error);
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-lg border border-line border-l-4 border-l-error bg-panel px-4 py-3"
    >
      <Icon name="error" className="mt-0.5 size-5 text-error" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-semibold">{title}</p>
        <p className="mt-0.5 break-words">{detail}</p>
        {children}
        {onRetry ? (
          <Button className="mt-3" onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** The words for an error. One that is not the API's is a defect of the page. */
export function errorToWords(error: Error): { title: string; detail: string } {
  if (error instanceof ApiError) return { title: error.problem.title, detail: error.problem.detail };
  return {
    title: "This page made a mistake",
    detail: `Reload the page and try again. The mistake was: ${error.message}`,
  };
}

/** An empty place: what belongs here and what to do first. */
export function EmptyNotice({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="rounded-lg border border-line border-dashed px-6 py-10 text-center">
      <p className="font-semibold">{title}</p>
      <div className="mx-auto mt-1 max-w-prose text-muted text-sm">{children}</div>
    </div>
  );
}
