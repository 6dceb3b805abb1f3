-- What the list of runs is read from. Idempotent aggregates only (min, max, sets): a span that arrives twice
-- or late, a trace spread over several inserts and a repeated backfill cannot make them wrong. Rows of one
-- trace in different days never merge: readers always group by TraceId.

CREATE TABLE IF NOT EXISTS jiva_traces
(
  TraceId String CODEC(ZSTD(1)),
  Start SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
  End SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
  -- The newest Timestamp: time to live and deletion follow it.
  Last SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
  RunIds SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  -- (1 where the span has a parent, Timestamp, name, service, status): the smallest is the root.
  Root SimpleAggregateFunction(min, Tuple(UInt8, DateTime64(9), String, String, String)) CODEC(ZSTD(1)),
  Question SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  Mode SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  HasError SimpleAggregateFunction(max, UInt8) CODEC(ZSTD(1)),
  Services SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  INDEX idx_start Start TYPE minmax GRANULARITY 1
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Start)
ORDER BY TraceId;

CREATE TABLE IF NOT EXISTS jiva_run_traces
(
  RunId String CODEC(ZSTD(1)),
  TraceId String CODEC(ZSTD(1)),
  Last SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (RunId, TraceId);

-- Steps that were done once and need not be done again, such as the backfill.
CREATE TABLE IF NOT EXISTS jiva_migrations
(
  Name String,
  DoneAt DateTime64(3)
)
ENGINE = ReplacingMergeTree(DoneAt)
ORDER BY Name;
