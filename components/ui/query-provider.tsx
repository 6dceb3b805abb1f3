"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError } from "./api-client";

/**
 * One cache a tab. A read is tried once more only where that can help: the app or the database was away.
 * What a refusal says does not change by asking again.
 */
export function QueryProvider({ children }: { readonly children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 5_000,
            retry: (failures, error) => failures < 1 && isPassing(error),
            retryDelay: 1_000,
          },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.problem.status === 503 || error.problem.status === 0);
}
