/** OTLP/HTTP JSON bodies, with one of everything that the tables keep. */

export const wholeTraceId = "0af7651916cd43dd8448eb211c80319c";
const wholeSpanId = "b7ad6b7169203331";

const service = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
const scope = { name: "checkout", version: "2.1" };

/** A span whose every field is set; `startNs` counts from the epoch. */
export function wholeSpan(startNs: bigint): object {
  const span = {
    traceId: wholeTraceId,
    spanId: wholeSpanId,
    parentSpanId: "00f067aa0ba902b7",
    traceState: "vendor=1",
    name: "charge 'card' \\ é",
    kind: 3,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + 1_234_567_891n),
    attributes: [
      { key: "run_id", value: { stringValue: "it's \\ a run" } },
      { key: "big", value: { intValue: "9007199254740993" } },
      { key: "yes", value: { boolValue: true } },
      { key: "half", value: { doubleValue: 0.5 } },
      { key: "list", value: { arrayValue: { values: [{ intValue: "1" }, { stringValue: "b" }] } } },
    ],
    events: [{ timeUnixNano: String(startNs + 5n), name: "retry", attributes: [] }],
    links: [{ traceId: "ffffffffffffffffffffffffffffffff", spanId: "eeeeeeeeeeeeeeee", traceState: "" }],
    status: { code: 2, message: "declined" },
  };
  return { resourceSpans: [{ resource: service, scopeSpans: [{ scope, spans: [span] }] }] };
}

/** What otel_traces holds of `wholeSpan`. */
export function wholeRow(startNs: bigint) {
  return {
    startNs: String(startNs),
    TraceId: wholeTraceId,
    SpanId: wholeSpanId,
    ParentSpanId: "00f067aa0ba902b7",
    TraceState: "vendor=1",
    SpanName: "charge 'card' \\ é",
    SpanKind: "Client",
    ServiceName: "shop",
    ResourceAttributes: { "service.name": "shop" },
    ScopeName: "checkout",
    ScopeVersion: "2.1",
    SpanAttributes: {
      run_id: "it's \\ a run",
      big: "9007199254740993",
      yes: "true",
      half: "0.5",
      list: '[1,"b"]',
    },
    Duration: "1234567891",
    StatusCode: "Error",
    StatusMessage: "declined",
    eventNs: [String(startNs + 5n)],
    "Events.Name": ["retry"],
    "Links.TraceId": ["ffffffffffffffffffffffffffffffff"],
    "Links.SpanId": ["eeeeeeeeeeeeeeee"],
  };
}

/** One log line. */
export function logLine(timeNs: bigint): object {
  const record = {
    timeUnixNano: String(timeNs),
    severityNumber: 9,
    severityText: "INFO",
    body: { stringValue: "paid" },
    traceId: wholeTraceId,
    spanId: wholeSpanId,
  };
  return { resourceLogs: [{ resource: service, scopeLogs: [{ scope, logRecords: [record] }] }] };
}

/** One metric of every kind, in the order of `metricTables`. */
export function metricsOfEveryKind(timeNs: bigint): object {
  const time = { startTimeUnixNano: String(timeNs), timeUnixNano: String(timeNs) };
  const metrics = [
    { name: "m", gauge: { dataPoints: [{ ...time, asDouble: 1.5 }] } },
    {
      name: "m",
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...time, asInt: "7" }] },
    },
    {
      name: "m",
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [{ ...time, count: "3", sum: 6, bucketCounts: ["1", "2"], explicitBounds: [2] }],
      },
    },
    {
      name: "m",
      exponentialHistogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            ...time,
            count: "2",
            sum: 3,
            scale: 1,
            zeroCount: "0",
            positive: { offset: 0, bucketCounts: ["2"] },
          },
        ],
      },
    },
    { name: "m", summary: { dataPoints: [{ ...time, count: "4", sum: 8, quantileValues: [] }] } },
  ];
  return { resourceMetrics: [{ resource: service, scopeMetrics: [{ scope, metrics }] }] };
}

export const metricTables = [
  "otel_metrics_gauge",
  "otel_metrics_sum",
  "otel_metrics_histogram",
  "otel_metrics_exp_histogram",
  "otel_metrics_summary",
] as const;
