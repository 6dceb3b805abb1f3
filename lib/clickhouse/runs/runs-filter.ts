import type { RunsQuery } from "@/lib/api/runs";
import type { TraceRow } from "./runs";

/**
 * What a list of runs asks for. A run is shown when one of its traces holds the text, one is of the service, and
 * the run as a whole has the status. A row of jiva_traces is a part of a trace only (of one insert, of one day)
 * and a trace a part of a run, so rows merely lead to runs, and the decision falls on whole runs.
 */
export interface RunsCondition {
  /** A condition that some row of every run that is shown meets; undefined where there is none to name. */
  readonly row: string | undefined;
  /** Columns behind `traceSelection`, see `TraceMatch`. */
  readonly columns: string;
  /** The decision on a run's traces with these columns, for a HAVING that groups them by `runId`. */
  readonly having: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

/** A trace, and what the filter finds in it. */
export interface TraceMatch extends TraceRow {
  /** Its question, its root's name or its id holds the text. */
  readonly holdsText: number;
  /** Those of its runs whose id holds the text. */
  readonly namesText: readonly string[];
  readonly isOfService: number;
}

const holds = (column: string) => `positionCaseInsensitiveUTF8(${column}, {q:String}) > 0`;
const hasService = (services: string) => `has(${services}, {service:String})`;

export function runsFilter({ q, service, status, mode }: RunsQuery): RunsCondition {
  return {
    row: rowCondition({ q, service, status, mode }),
    columns: [
      q === undefined
        ? "1 AS holdsText, emptyArrayString() AS namesText"
        : `(${holds("question")} OR ${holds("TraceId")} OR (notRoot = 0 AND ${holds("rootName")})) AS holdsText,
           arrayFilter(r -> ${holds("r")}, runIds) AS namesText`,
      `${service === undefined ? "1" : hasService("groupUniqArrayArray(Services)")} AS isOfService`,
    ].join(", "),
    having: [
      ...(q === undefined ? [] : ["max(holdsText OR has(namesText, runId)) = 1"]),
      ...(service === undefined ? [] : ["max(isOfService) = 1"]),
      ...(status === undefined ? [] : [`max(hasError) = ${status === "error" ? 1 : 0}`]),
      // A run's mode is that of its first trace that has one.
      ...(mode === undefined ? [] : ["argMinIf(mode, startNs, mode != '') = {mode:String}"]),
    ],
    params: {
      ...(q !== undefined && { q }),
      ...(service !== undefined && { service }),
      ...(mode !== undefined && { mode }),
    },
  };
}

/** Text, error, mode and service may each be met by another row: only one of them can choose, the rarest. */
function rowCondition({
  q,
  service,
  status,
  mode,
}: Pick<RunsQuery, "q" | "service" | "status" | "mode">): string | undefined {
  if (q !== undefined) {
    return `(${holds("Question")} OR ${holds("TraceId")} OR (Root.1 = 0 AND ${holds("Root.3")})
      OR arrayExists(r -> ${holds("r")}, RunIds))`;
  }
  if (status === "error") return "HasError = 1";
  if (mode !== undefined && mode !== "") return "Mode = {mode:String}";
  return service === undefined ? undefined : hasService("Services");
}

/** The same decision as `having`, on a run's traces that have been read. */
export function isShown(
  { status, mode }: Pick<RunsQuery, "status" | "mode">,
  runId: string,
  traces: readonly TraceMatch[],
): boolean {
  const isError = traces.some(({ hasError }) => hasError !== 0);
  return (
    traces.some(({ holdsText, namesText }) => holdsText !== 0 || namesText.includes(runId)) &&
    traces.some(({ isOfService }) => isOfService !== 0) &&
    (mode === undefined || mode === (traces.find((trace) => trace.mode !== "")?.mode ?? "")) &&
    (status === undefined || isError === (status === "error"))
  );
}
