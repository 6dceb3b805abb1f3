// @ts-check

/**
 * SQL that makes spans inside the engine: a root with its run_id, ten attributes a span, spread evenly over the
 * last two hours. Spans `from` up to `from + count` of `total`.
 * @param {{ total: number, spansPerTrace: number, from?: number, count?: number }} options
 */
export function madeSpans({ total, spansPerTrace, from = 0, count = total }) {
  const msPerTrace = 7_200_000 / (total / spansPerTrace);
  return `
    INSERT INTO otel_traces.otel_traces
      (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes,
       SpanAttributes, Duration, StatusCode)
    WITH intDiv(number, ${spansPerTrace}) AS trace, number % ${spansPerTrace} AS span,
         now64(9) - toIntervalMillisecond(7200000 - toInt64(trace * ${msPerTrace})) AS started
    SELECT
      started + toIntervalMicrosecond(span * 900),
      lower(hex(MD5(concat('bench', toString(trace))))),
      lower(hex(reinterpretAsFixedString(toUInt64(span + 1)))),
      if(span = 0, '', lower(hex(reinterpretAsFixedString(toUInt64(intDiv(span, 3) + if(span < 3, 1, 0)))))),
      ['ask', 'plan', 'retrieve.structured', 'SELECT', 'retrieve.unstructured', 'read', 'answer'][1 + if(span = 0, 0, 1 + span % 6)],
      if(span % 6 = 2, 'Client', 'Internal'),
      'bench',
      map('service.name', 'bench', 'service.version', '1'),
      map('run_id', concat('bench-', toString(trace)), 'question', if(span = 0, concat('question ', toString(trace)), ''),
          'mode', 'combined', 'retrieval.step', toString(span), 'thread.id', toString(span % 16),
          'retrieval.score', toString(cityHash64(number) % 10000), 'db.query.text', 'SELECT id, total FROM orders LIMIT 100',
          'retrieval.documents', toString(cityHash64(number, 1) % 64), 'server.address', '10.0.0.1', 'cache.hit', 'true'),
      1000 * (1 + cityHash64(number, 2) % 90000),
      if(cityHash64(number, 3) % 500 = 0, 'Error', 'Unset')
    FROM numbers(${from}, ${count})`;
}
