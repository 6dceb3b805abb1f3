import { attributeNames } from "@/lib/trace/names";

/**
 * Every SQL of the dashboards, over the tables of lib/clickhouse/schema. Variables come in percent-encoded and are
 * decoded by ClickHouse: Grafana's own quoting leaves backslashes alone, so that a run id which ends in one, or
 * holds `\'`, would break out of its text. A span that was stored twice counts once.
 */

const variable = (name: string) => `decodeURLComponent('\${${name}:percentencode}')`;

const runId = variable("run_id");
const traceId = variable("trace_id");
const service = variable("service");
const search = variable("search");

/** What "All" stands for in a variable. */
export const allServices = "*";

/** A span that ends before it starts was stored with a huge duration by other writers: it counts as none. */
const durationNs = "if(Duration >= 9223372036854775808, 0, Duration)";

const tracesOfRun = `SELECT TraceId FROM jiva_run_traces WHERE RunId = ${runId} UNION DISTINCT SELECT ${runId}`;

/** The run's spans, each once. Its times keep the query within the run's own days. */
function spansOfRun(columns: string): string {
  const times = (selection: string) =>
    `(SELECT ${selection} FROM jiva_traces WHERE TraceId IN (${tracesOfRun}))`;
  return `
  SELECT ${columns}
  FROM otel_traces
  WHERE TraceId IN (${tracesOfRun})
    AND Timestamp >= ${times("min(Start)")} AND Timestamp <= ${times("max(Last)")}
  LIMIT 1 BY TraceId, SpanId`;
}

/** Traces that began within the chosen time, one row each, with their run ids. */
const tracesInTime = `
  SELECT TraceId, min(Start) AS started, max(End) AS ended, max(HasError) AS failed, min(Root) AS root,
    max(Question) AS question, max(Mode) AS mode, groupUniqArrayArray(Services) AS service_names,
    groupUniqArrayArray(RunIds) AS ids
  FROM jiva_traces
  WHERE TraceId IN (SELECT TraceId FROM jiva_traces WHERE $__timeFilter(Start))
  GROUP BY TraceId`;

/** Runs that began within the chosen time; a trace without a run id is a run of its own. */
const runsInTime = `
  SELECT if(empty(ids), TraceId, id) AS run, min(started) AS started, max(ended) AS ended,
    max(failed) AS failed, min(root) AS root, max(question) AS question, max(mode) AS mode,
    groupUniqArrayArray(service_names) AS service_names, groupUniqArray(TraceId) AS trace_ids
  FROM (${tracesInTime})
  LEFT ARRAY JOIN ids AS id
  GROUP BY run`;

const millisecondsOfRun = "round((toUnixTimestamp64Nano(ended) - toUnixTimestamp64Nano(started)) / 1e6, 3)";

const chosenRuns = `
  WHERE (${service} = '${allServices}' OR has(service_names, ${service}))
    AND (${search} = '' OR positionCaseInsensitiveUTF8(concat(run, ' ', question, ' ', root.3), ${search}) > 0)`;

export const runsPerInterval = `
SELECT $__timeInterval(started) AS time, countIf(failed = 0) AS ok, countIf(failed = 1) AS failed_runs
FROM (${runsInTime})
${chosenRuns}
GROUP BY time
ORDER BY time`;

export const runsTable = `
SELECT started, run AS run_id, question, root.3 AS name, mode, root.4 AS service,
  if(failed = 1, 'error', 'ok') AS status, ${millisecondsOfRun} AS duration,
  arrayStringConcat(arraySort(service_names), ', ') AS services, length(trace_ids) AS traces
FROM (${runsInTime})
${chosenRuns}
ORDER BY started DESC, run DESC
LIMIT 500`;

/** The newest first, so that the newest is chosen where none is. */
export const runChoices = `
SELECT run FROM (${runsInTime})
ORDER BY started DESC, run DESC
LIMIT 500`;

export const traceChoices = `
SELECT TraceId FROM jiva_traces
WHERE TraceId IN (${tracesOfRun})
GROUP BY TraceId
ORDER BY min(Start)`;

export const runSummary = `
SELECT min(Start) AS started, max(Question) AS question, max(Mode) AS mode,
  if(max(HasError) = 1, 'error', 'ok') AS status,
  round((toUnixTimestamp64Nano(max(End)) - toUnixTimestamp64Nano(min(Start))) / 1e6, 3) AS duration,
  (SELECT count() FROM (${spansOfRun("SpanId")})) AS spans,
  (SELECT count() FROM (${spansOfRun("SpanId, StatusCode")}) WHERE StatusCode = 'Error') AS errors,
  arrayStringConcat(arraySort(groupUniqArrayArray(Services)), ', ') AS services
FROM jiva_traces
WHERE TraceId IN (${tracesOfRun})
HAVING count() > 0`;

const tags = (attributes: string) =>
  `arrayMap(key -> map('key', key, 'value', ${attributes}[key]), mapKeys(${attributes}))`;

/**
 * The Gantt. The traces panel wants exactly these names, times in milliseconds, the start as a number (a
 * timestamp misplaces the bars), and one whole trace: no limit, which would cut the tree.
 */
export const gantt = `
SELECT TraceId AS traceID, SpanId AS spanID, ParentSpanId AS parentSpanID, SpanName AS operationName,
  ServiceName AS serviceName, toUnixTimestamp64Nano(Timestamp) / 1000000 AS startTime,
  ${durationNs} / 1000000 AS duration,
  ${tags("SpanAttributes")} AS tags, ${tags("ResourceAttributes")} AS serviceTags,
  multiIf(StatusCode = 'Error', 2, StatusCode = 'Ok', 1, 0) AS statusCode, StatusMessage AS statusMessage
FROM (
  SELECT *
  FROM otel_traces
  WHERE TraceId = ${traceId}
    AND Timestamp >= (SELECT min(Start) FROM jiva_traces WHERE TraceId = ${traceId})
    AND Timestamp <= (SELECT max(Last) FROM jiva_traces WHERE TraceId = ${traceId})
  LIMIT 1 BY SpanId)
ORDER BY startTime`;

export const stages = `
WITH
  spans AS (${spansOfRun("TraceId, SpanId, ParentSpanId, SpanName, Timestamp, Duration, StatusCode")}),
  (SELECT min(Timestamp) FROM spans) AS run_start,
  (SELECT max(${durationNs}) FROM spans WHERE ParentSpanId = '') AS root_ns
SELECT SpanName AS stage, round((toUnixTimestamp64Nano(Timestamp) - toUnixTimestamp64Nano(run_start)) / 1e6, 3) AS begins,
  round(${durationNs} / 1e6, 3) AS duration, if(root_ns > 0, ${durationNs} / root_ns, 0) AS share,
  if(StatusCode = 'Error', 'error', 'ok') AS status
FROM spans
WHERE (TraceId, ParentSpanId) IN (SELECT TraceId, SpanId FROM spans WHERE ParentSpanId = '')
ORDER BY begins
LIMIT 200`;

export const errorsOfRun = `
SELECT Timestamp AS time, SpanName AS span, ServiceName AS service, StatusMessage AS message,
  SpanAttributes['${attributeNames.errorType}'] AS type,
  arrayStringConcat(arrayMap(attributes -> attributes['exception.message'], Events.Attributes), ' ') AS exception
FROM (${spansOfRun("TraceId, SpanId, Timestamp, SpanName, ServiceName, StatusMessage, StatusCode, SpanAttributes, Events.Attributes")})
WHERE StatusCode = 'Error'
ORDER BY time
LIMIT 500`;

export const sqlOfRun = `
SELECT Timestamp AS time, round(${durationNs} / 1e6, 3) AS duration,
  SpanAttributes['${attributeNames.dbQueryText}'] AS sql,
  SpanAttributes['${attributeNames.dbNamespace}'] AS database,
  SpanAttributes['${attributeNames.dbReturnedRows}'] AS returned_rows,
  if(StatusCode = 'Error', 'error', 'ok') AS status
FROM (${spansOfRun("TraceId, SpanId, Timestamp, Duration, StatusCode, SpanAttributes")})
WHERE SpanAttributes['${attributeNames.dbQueryText}'] != ''
ORDER BY time
LIMIT 500`;

export const serviceChoices = `
SELECT arrayJoin(Services) AS service FROM jiva_traces
WHERE $__timeFilter(Start)
GROUP BY service
ORDER BY service
LIMIT 1000`;

const spansOfService = `ServiceName = ${service} AND $__timeFilter(Timestamp)`;

/** Lines for ten names; the table has every name. */
const busiestNames = `SpanName IN (
    SELECT SpanName FROM otel_traces WHERE ${spansOfService} GROUP BY SpanName ORDER BY count() DESC LIMIT 10)`;

export const spanRate = `
SELECT $__timeInterval(Timestamp) AS time, SpanName AS span,
  uniqExact(TraceId, SpanId) / $__interval_s AS spans_per_second
FROM otel_traces
WHERE ${spansOfService} AND ${busiestNames}
GROUP BY time, span
ORDER BY time, span`;

export const errorShare = `
SELECT $__timeInterval(Timestamp) AS time, SpanName AS span,
  uniqExactIf((TraceId, SpanId), StatusCode = 'Error') / uniqExact(TraceId, SpanId) AS errors
FROM otel_traces
WHERE ${spansOfService} AND ${busiestNames}
GROUP BY time, span
ORDER BY time, span`;

export const durationP95 = `
SELECT $__timeInterval(Timestamp) AS time, SpanName AS span, quantile(0.95)(${durationNs}) / 1e6 AS p95
FROM otel_traces
WHERE ${spansOfService} AND ${busiestNames}
GROUP BY time, span
ORDER BY time, span`;

/** A span that was stored twice has the same duration twice, which moves a percentile by next to nothing. */
export const spanNames = `
SELECT SpanName AS span, uniqExact(TraceId, SpanId) AS spans,
  uniqExactIf((TraceId, SpanId), StatusCode = 'Error') AS errors, errors / spans AS error_share,
  quantile(0.5)(${durationNs}) / 1e6 AS p50, quantile(0.95)(${durationNs}) / 1e6 AS p95,
  quantile(0.99)(${durationNs}) / 1e6 AS p99, max(${durationNs}) / 1e6 AS longest
FROM otel_traces
WHERE ${spansOfService}
GROUP BY span
ORDER BY spans DESC
LIMIT 1000`;

export const slowestRuns = `
SELECT started, run AS run_id, question, root.3 AS name, if(failed = 1, 'error', 'ok') AS status,
  ${millisecondsOfRun} AS duration
FROM (${runsInTime})
WHERE has(service_names, ${service})
ORDER BY duration DESC, run
LIMIT 50`;
