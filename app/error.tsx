"use client";

import { ErrorNotice } from "@/components/ui/notice";

/** Shown instead of a page that failed to render; the frame around it stays. */
export default function PageError({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <div className="mx-auto max-w-prose px-4 py-16">
      <h1 className="mb-4 font-semibold text-xl tracking-tight">This page could not be shown</h1>
      <ErrorNotice error={error} onRetry={reset} />
    </div>
  );
}
