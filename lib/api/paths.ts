/**
 * Every address of the API, so that the app, the components and the browser tests cannot disagree.
 *
 * An id becomes a path segment only if nothing on the way can read it as something else. Proxies and browsers
 * decode `%2F`, drop `.` and `..` also where they are encoded, and guess at a file by its ending; every other id
 * goes into the query, where `-` holds its place in the path: `/api/runs/-/spans?run_id=50%25`.
 */
const plainId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/;
export const idInQuery = "-";

/** The query's name for each id that a path can hold. */
export const idParameters = { runId: "run_id", spanId: "span_id", name: "name" } as const;

interface Place {
  readonly segment: string;
  /** Empty, or `run_id=…`. */
  readonly query: string;
}

function placeOf(id: string, parameter: string): Place {
  if (plainId.test(id)) return { segment: id, query: "" };
  return { segment: idInQuery, query: `${parameter}=${encodeText(id)}` };
}

/** Half of a surrogate pair has no encoding: it becomes U+FFFD, as everywhere on the way to the database. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function withQuery(path: string, ...queries: readonly string[]): string {
  const query = queries.filter((part) => part !== "").join("&");
  return query === "" ? path : `${path}?${query}`;
}

function runPath(runId: string, below = "", query = ""): string {
  const run = placeOf(runId, idParameters.runId);
  return withQuery(`/api/runs/${run.segment}${below}`, run.query, query);
}

const queryOf = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

export const paths = {
  ask: "/api/ask",
  runs: "/api/runs",
  /** Beside the list, not below it: there every word is the id of a run. */
  runChart: "/api/run-chart",
  run: (runId: string) => runPath(runId),
  runSpans: (runId: string) => runPath(runId, "/spans"),
  /** The same as typed columns. Asked for by address: a page's preload can send no header of ours. */
  runSpanColumns: (runId: string) => runPath(runId, "/spans", "format=columns"),
  runSpan: (runId: string, spanId: string, traceId: string) => {
    const span = placeOf(spanId, idParameters.spanId);
    const query = withQuery("", span.query, queryOf({ trace_id: traceId })).slice(1);
    return runPath(runId, `/spans/${span.segment}`, query);
  },
  /** Several whole spans at once, to read ahead. */
  runSpansWhole: (runId: string, spanIds: readonly string[]) =>
    runPath(runId, "/spans/whole", `ids=${spanIds.join(",")}`),
  runSpanSearch: (runId: string, text: string) => runPath(runId, "/spans/search", queryOf({ q: text })),
  runExport: (
    runId: string,
    format: string,
    options: { readonly view?: string; readonly values?: string } = {},
  ) => runPath(runId, "/export", queryOf({ format, ...options })),
  gantt: "/api/metrics/gantt-otel",
  clearTraces: "/api/metrics/clear-otel-traces",
  datasets: "/api/datasets",
  dataset: (name: string) => {
    const dataset = placeOf(name, idParameters.name);
    return withQuery(`/api/datasets/${dataset.segment}`, dataset.query);
  },
  samples: "/api/samples",
  health: "/api/health",
  signIn: "/api/sign-in",
  signOut: "/api/sign-out",
  sessions: "/api/sessions",
} as const;

/** Pages, for links. */
export const pages = {
  ask: "/",
  runs: "/runs",
  run: (runId: string) => {
    const run = placeOf(runId, idParameters.runId);
    return withQuery(`/runs/${run.segment}`, run.query);
  },
  /** Several runs on one axis; not below the list for the same reason. */
  compare: (runIds: readonly string[]) =>
    `/compare?${new URLSearchParams(runIds.map((runId) => ["run", runId]))}`,
  /** Trace files of this computer; beside the list of runs too. */
  open: "/open",
  data: "/data",
  signIn: "/sign-in",
} as const;
