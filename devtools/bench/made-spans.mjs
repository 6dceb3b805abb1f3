// @ts-check

/**
 * SQL that makes spans inside the engine: traces of three services under a root with its run_id, ids as random as
 * real ones (they are what costs disk), ten attributes a span, spread evenly over the last two hours. Spans
 * `from` up to `from + count` of `total`.
 * @param {{ total: number, spansPerTrace: number, from?: number, count?: number }} options
 */
export function madeSpans({ total, spansPerTrace, from = 0, count = total }) {
  const msPerTrace = 7_200_000 / (total / spansPerTrace);
  const spanId = (/** @type {string} */ span) => `leftPad(lower(hex(sipHash64(trace, ${span}))), 16, '0')`;
  return `
    INSERT INTO otel_traces.otel_traces
      (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
       SpanAttributes, Duration, StatusCode)
    WITH intDiv(number, ${spansPerTrace}) AS trace, number % ${spansPerTrace} AS span,
         ['jiva', 'search', 'orders'][1 + span % 3] AS service,
         now64(9) - toIntervalMillisecond(7200000 - toInt64(trace * ${msPerTrace})) AS started
    SELECT
      started + toIntervalNanosecond(span * 900000 + sipHash64(number, 4) % 900000),
      lower(hex(MD5(concat('bench', toString(trace))))),
      ${spanId("span")},
      if(span = 0, '', ${spanId("intDiv(span - 1, 3)")}),
      ['ask', 'plan', 'retrieve.structured', 'SELECT', 'retrieve.unstructured', 'read', 'answer'][1 + if(span = 0, 0, 1 + span % 6)],
      if(span % 6 = 2, 'Client', 'Internal'),
      service,
      map('service.name', service, 'service.version', '1.4.2', 'host.name', concat('host-', toString(trace % 5)),
          'telemetry.sdk.language', 'nodejs', 'telemetry.sdk.version', '2.12.1'),
      'bench',
      map('run_id', concat('bench-', toString(trace)), 'question', if(span = 0, concat('question ', toString(trace)), ''),
          'mode', 'combined', 'retrieval.step', toString(span), 'thread.id', toString(span % 16),
          'retrieval.score', toString(sipHash64(number) % 1000000 / 1000000),
          'db.query.text', concat('SELECT id, total FROM orders WHERE customer = ', toString(sipHash64(number, 5) % 100000)),
          'retrieval.documents', toString(sipHash64(number, 1) % 64), 'server.address', concat('10.0.0.', toString(trace % 5)),
          'cache.hit', if(sipHash64(number, 6) % 3 = 0, 'true', 'false')),
      1000 * (1 + sipHash64(number, 2) % 90000),
      if(sipHash64(number, 3) % 500 = 0, 'Error', 'Unset')
    FROM numbers(${from}, ${count})`;
}
