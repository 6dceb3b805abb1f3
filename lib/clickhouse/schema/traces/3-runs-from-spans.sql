-- How jiva_traces and jiva_run_traces follow from spans. The views run it on every insert; the backfill runs
-- it over spans that were there before the views.

CREATE MATERIALIZED VIEW IF NOT EXISTS jiva_traces_mv TO jiva_traces AS
SELECT
  TraceId,
  min(Timestamp) AS Start,
  -- A duration of 2^63 or more is a span that ended before its start; 126 years keep the sum within DateTime64.
  max(addNanoseconds(Timestamp, if(Duration >= 9223372036854775808, 0, least(toInt64(Duration), 4000000000000000000)))) AS End,
  max(Timestamp) AS Last,
  groupUniqArrayIf(SpanAttributes['run_id'], SpanAttributes['run_id'] != '') AS RunIds,
  min((toUInt8(ParentSpanId != ''), Timestamp, toString(SpanName), toString(ServiceName), toString(StatusCode))) AS Root,
  max(SpanAttributes['question']) AS Question,
  max(SpanAttributes['mode']) AS Mode,
  max(toUInt8(StatusCode = 'Error')) AS HasError,
  groupUniqArray(toString(ServiceName)) AS Services
FROM otel_traces
WHERE TraceId != ''
GROUP BY TraceId;

CREATE MATERIALIZED VIEW IF NOT EXISTS jiva_run_traces_mv TO jiva_run_traces AS
SELECT SpanAttributes['run_id'] AS RunId, TraceId, max(Timestamp) AS Last
FROM otel_traces
WHERE SpanAttributes['run_id'] != '' AND TraceId != ''
GROUP BY RunId, TraceId;
