/** Every address of the API, so that the app, the components and the browser tests cannot disagree. */
export const paths = {
  ask: "/api/ask",
  runs: "/api/runs",
  /** Beside the list, not below it: there every word is the id of a run. */
  runChart: "/api/run-chart",
  run: (runId: string) => `/api/runs/${encodeURIComponent(runId)}`,
  runSpans: (runId: string) => `/api/runs/${encodeURIComponent(runId)}/spans`,
  /** The same as typed columns. Asked for by address: a page's preload can send no header of ours. */
  runSpanColumns: (runId: string) => `/api/runs/${encodeURIComponent(runId)}/spans?format=columns`,
  runSpan: (runId: string, spanId: string, traceId: string) =>
    `/api/runs/${encodeURIComponent(runId)}/spans/${encodeURIComponent(spanId)}?${new URLSearchParams({ trace_id: traceId })}`,
  /** Several whole spans at once, to read ahead. */
  runSpansWhole: (runId: string, spanIds: readonly string[]) =>
    `/api/runs/${encodeURIComponent(runId)}/spans/whole?ids=${spanIds.join(",")}`,
  runSpanSearch: (runId: string, text: string) =>
    `/api/runs/${encodeURIComponent(runId)}/spans/search?${new URLSearchParams({ q: text })}`,
  runExport: (
    runId: string,
    format: string,
    options: { readonly view?: string; readonly values?: string } = {},
  ) => `/api/runs/${encodeURIComponent(runId)}/export?${new URLSearchParams({ format, ...options })}`,
  gantt: "/api/metrics/gantt-otel",
  clearTraces: "/api/metrics/clear-otel-traces",
  datasets: "/api/datasets",
  dataset: (name: string) => `/api/datasets/${encodeURIComponent(name)}`,
  samples: "/api/samples",
  health: "/api/health",
  signIn: "/api/sign-in",
} as const;

/** Pages, for links. */
export const pages = {
  ask: "/",
  runs: "/runs",
  run: (runId: string) => `/runs/${encodeURIComponent(runId)}`,
  /** Several runs on one axis; not below the list for the same reason. */
  compare: (runIds: readonly string[]) =>
    `/compare?${new URLSearchParams(runIds.map((runId) => ["run", runId]))}`,
  /** Trace files of this computer; beside the list of runs too. */
  open: "/open",
  data: "/data",
  signIn: "/sign-in",
} as const;
