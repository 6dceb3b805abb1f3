// @ts-check
/** How fast a million stored spans are listed and one of their runs is opened. */
import { getJson, withHouse } from "./house.mjs";
import { printTimes, timesOf } from "./measure.mjs";

const spans = 1_000_000;
const spansPerTrace = 100;

export async function benchRuns() {
  await withHouse(async ({ openApp, sql }) => {
    const address = await openApp();
    const startedMs = performance.now();
    await sql(madeSpans(), { max_execution_time: "600" });
    const seconds = (performance.now() - startedMs) / 1_000;
    process.stdout.write(`${spans} spans, ${spansPerTrace} a trace, stored in ${seconds.toFixed(1)} s\n`);

    const list = await timesOf({ times: 40 }, () => getJson(`${address}/api/runs?limit=50`));
    printTimes("runs list, first page", list, 60);

    const { runs } = await getJson(`${address}/api/runs?limit=50`);
    const open = await timesOf({ times: 40 }, (index) => {
      const { run_id } = runs[(index + runs.length) % runs.length];
      return fetch(`${address}/api/runs/${encodeURIComponent(run_id)}/spans`, {
        headers: { accept: "application/vnd.jiva.spans" },
      }).then((response) => response.arrayBuffer());
    });
    printTimes("a run of 100 spans, its data", open, 60);
  });
}

/** Spans of the last two hours: a root with its run_id, ten attributes a span, written by the engine itself. */
function madeSpans() {
  return `
    INSERT INTO otel_traces.otel_traces
      (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes,
       SpanAttributes, Duration, StatusCode)
    WITH intDiv(number, ${spansPerTrace}) AS trace, number % ${spansPerTrace} AS span,
         now64(9) - toIntervalMillisecond(7200000 - trace * ${Math.floor(7_200_000 / (spans / spansPerTrace))}) AS started
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
    FROM numbers(${spans})`;
}
