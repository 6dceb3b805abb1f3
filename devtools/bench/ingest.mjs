// @ts-check
/** How fast spans come in through /v1/traces, what many slow senders cost, and what a large table does to reads. */
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@clickhouse/client";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { withHouse } from "./house.mjs";
import { madeSpans } from "./made-spans.mjs";
import { median, printTimes, quantile, timesOf } from "./measure.mjs";

/** @typedef {import("@opentelemetry/sdk-trace-base").ReadableSpan} ReadableSpan */
/** @typedef {import("./house.mjs").House} House */

const senders = 4;
const batchSpans = 512;
const bareRows = 5_000;
/** Of each side in a round: whole batches, so that none ends with a small one. */
const roundBatches = 80;
const roundInserts = 8;
const rounds = 5;

/** @param {{ spans: number }} options of the large table */
export async function benchIngest({ spans }) {
  if (!Number.isSafeInteger(spans) || spans < 10_000) throw new Error("--spans must be 10000 or more");
  await withHouse(async (house) => {
    const address = await house.openApp();
    const perSecond = await benchThroughput(house, address);
    await benchSlowSenders(house, address);
    await benchKilledEngine(house, address, perSecond / 2);
  });
  for (const spansPerTrace of [100, 10]) await benchLargeTable(spans, spansPerTrace);
}

/**
 * The receiver against the bare client, in turns and each first in every other round, so that the machine's
 * moods meet both. Both send the same spans, and encoding them is part of sending: protobuf by the exporter, JSON
 * by the client. A second pair sends what was encoded beforehand, which leaves the work of this process aside.
 * The bare client has as many inserts in flight as there are exporters, or one: the faster of the two counts.
 * @param {House} house
 * @param {string} address
 * @returns {Promise<number>} spans a second through the receiver
 */
async function benchThroughput(house, address) {
  const { ProtobufTraceSerializer } = await import("@opentelemetry/otlp-transformer");
  const batches = recordBatches(roundBatches);
  const rows = batches.flat().map(spanToRow);
  const inserts = Array.from({ length: roundInserts }, (_, i) =>
    rows.slice(i * bareRows, (i + 1) * bareRows),
  );
  const bodies = batches.map((batch) => Buffer.from(ProtobufTraceSerializer.serializeRequest(batch) ?? []));
  const texts = inserts.map((values) =>
    Buffer.from(values.map((row) => `${JSON.stringify(row)}\n`).join("")),
  );
  const client = createClient({
    url: house.engine.url,
    username: house.engine.user,
    password: house.engine.password,
    database: "otel_traces",
  });
  const exporters = Array.from({ length: senders }, () => openExporter(address));
  const insert = (/** @type {object[]} */ values) =>
    client.insert({ table: "otel_traces", values, format: "JSONEachRow" });
  const insertText = async (/** @type {Buffer} */ text) => {
    const { stream } = await client.exec({
      query: "INSERT INTO otel_traces FORMAT JSONEachRow",
      values: Readable.from([text], { objectMode: false }),
    });
    // Nothing comes; reading it gives the connection back.
    for await (const _ of stream);
  };
  /** @type {Record<string, { spans: number, run: () => Promise<unknown> }>} */
  const contenders = {
    "bare 1": { spans: roundInserts * bareRows, run: () => inFlight(1, inserts, insert) },
    "bare 4": { spans: roundInserts * bareRows, run: () => inFlight(senders, inserts, insert) },
    receiver: {
      spans: roundBatches * batchSpans,
      run: () =>
        inFlight(senders, batches, (batch, sender) => {
          const exporter = exporters[sender];
          if (!exporter) throw new Error("there is an exporter for each sender");
          return send(exporter, batch);
        }),
    },
    "bare 4, encoded": { spans: roundInserts * bareRows, run: () => inFlight(senders, texts, insertText) },
    "receiver, encoded": {
      spans: roundBatches * batchSpans,
      run: () => inFlight(senders, bodies, (body) => post(address, body)),
    },
  };
  const names = Object.keys(contenders);
  /** @type {Record<string, number[]>} */
  const perSecond = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const contender = contenders[name];
      if (!contender) continue;
      const startedMs = performance.now();
      await contender.run();
      // The first round warms all of them up.
      if (round >= 0) perSecond[name]?.push(contender.spans / ((performance.now() - startedMs) / 1_000));
    }
  }
  for (const exporter of exporters) await exporter.shutdown();
  await client.close();

  const of = (/** @type {string} */ name) => median(perSecond[name] ?? []);
  const bare = of("bare 4") > of("bare 1") ? "bare 4" : "bare 1";
  const sharesOf = (/** @type {string} */ other) =>
    (perSecond.receiver ?? []).map((each, round) => (100 * each) / (perSecond[other]?.[round] ?? Number.NaN));
  const percent = (/** @type {number} */ share) => `${share.toFixed(0)} %`;
  print(`bare client, JSONEachRow, ${bareRows} rows, one by one`, `${rate(of("bare 1"))} spans/s`);
  print(`  ${senders} in flight`, `${rate(of("bare 4"))} spans/s`);
  const share = median(sharesOf(bare));
  print(
    `/v1/traces, ${senders} exporters, ${batchSpans} spans`,
    `${rate(of("receiver"))} spans/s: ${percent(median(sharesOf("bare 1")))} of one by one, ` +
      `${percent(median(sharesOf("bare 4")))} of ${senders} in flight (${sharesOf(bare).map(percent).join(", ")})  ` +
      `goal ≥ 60 % of the faster: ${share >= 60 ? "met" : "missed"}`,
  );
  const encoded = (100 * of("receiver, encoded")) / of("bare 4, encoded");
  print(
    "  both encoded beforehand",
    `${rate(of("receiver, encoded"))} and ${rate(of("bare 4, encoded"))} spans/s, ${encoded.toFixed(0)} %`,
  );
  return of("receiver");
}

/**
 * Runs `senders` workers, each taking the next item as soon as it is done with one.
 * @template T
 * @param {number} count of senders
 * @param {readonly T[]} items
 * @param {(item: T, sender: number) => Promise<unknown>} work
 */
async function inFlight(count, items, work) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: count }, async (_, sender) => {
      for (const item of left) await work(item, sender);
    }),
  );
}

/**
 * @param {string} address
 * @param {Buffer<ArrayBuffer>} body
 */
async function post(address, body) {
  const answer = await fetch(`${address}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body,
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`/v1/traces answers ${answer.status}`);
}

/**
 * 200 senders, a span a second each, every one with its own rhythm.
 * @param {House} house
 * @param {string} address
 */
async function benchSlowSenders(house, address) {
  const clients = 200;
  const seconds = 30;
  const exporters = Array.from({ length: clients }, () => openExporter(address));
  const spans = recordBatches(1, clients)[0] ?? [];
  const blocksBefore = await countBlocks(house);
  const startedMs = performance.now();
  /** @type {number[]} */
  const acknowledgedMs = [];
  await Promise.all(
    exporters.map(async (exporter, index) => {
      const span = spans[index];
      if (!span) return;
      for (let n = 0; n < seconds; n++) {
        await delay(Math.max(0, startedMs + 1_000 * (n + index / clients) - performance.now()));
        const sentMs = performance.now();
        await send(exporter, [span]);
        acknowledgedMs.push(performance.now() - sentMs);
      }
    }),
  );
  const blocks = (await countBlocks(house)) - blocksBefore;
  const inserts = blocks / ((performance.now() - startedMs) / 1_000);
  for (const exporter of exporters) await exporter.shutdown();
  const p99 = quantile(acknowledgedMs, 0.99);
  print(
    `${clients} senders, 1 span/s each, ${seconds} s`,
    `${inserts.toFixed(2)} inserts/s  goal ≤ 2: ${inserts <= 2 ? "met" : "missed"}`,
  );
  print(
    "  acknowledged after",
    `p50 ${median(acknowledgedMs).toFixed(0)} ms  p99 ${p99.toFixed(0)} ms  n ${acknowledgedMs.length}` +
      `  goal p99 ≤ 1000 ms: ${p99 <= 1_000 ? "met" : "missed"}`,
  );
}

/**
 * Every insert into a day's partition makes a block with the next number, whatever is merged afterwards.
 * @param {House} house
 */
async function countBlocks({ sql }) {
  return Number(
    await sql(`SELECT sum(last) FROM (SELECT max(max_block_number) AS last FROM system.parts
      WHERE database = 'otel_traces' AND table = 'otel_traces' GROUP BY partition) FORMAT TabSeparated`),
  );
}

/**
 * Spans stream in at `perSecond`, encoded beforehand, while the engine is killed twice: each that was
 * acknowledged has to be there.
 * @param {House} house
 * @param {string} address
 * @param {number} perSecond
 */
async function benchKilledEngine(house, address, perSecond) {
  const { ProtobufTraceSerializer } = await import("@opentelemetry/otlp-transformer");
  const seconds = 20;
  const batches = recordBatches(Math.ceil((perSecond * seconds) / batchSpans));
  const bodies = batches.map((batch) => Buffer.from(ProtobufTraceSerializer.serializeRequest(batch) ?? []));
  /** @type {string[]} */
  const acknowledged = [];
  let refused = 0;
  const kills = [0.25, 0.6].map((share) => Math.floor(bodies.length * share));
  const startedMs = performance.now();
  await Promise.all(
    bodies.map(async (body, index) => {
      await delay(Math.max(0, startedMs + (1_000 * index * batchSpans) / perSecond - performance.now()));
      if (kills.includes(index)) house.killEngine();
      const answer = await fetch(`${address}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body,
      }).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) acknowledged.push(...(batches[index] ?? []).map(idOf));
      else refused += batchSpans;
    }),
  );
  const stored = new Set(
    (
      await patiently(() => house.sql("SELECT SpanId FROM otel_traces.otel_traces FORMAT TabSeparated"))
    ).split("\n"),
  );
  const lost = acknowledged.filter((id) => !stored.has(id)).length;
  print(
    `engine killed ${kills.length} times at ${rate(perSecond)} spans/s`,
    `${acknowledged.length} acknowledged, ${refused} refused, ${lost} lost  goal 0 lost: ${lost === 0 ? "met" : "missed"}`,
  );
  if (lost > 0) process.exitCode = 1;
}

/**
 * @param {number} spans
 * @param {number} spansPerTrace
 */
async function benchLargeTable(spans, spansPerTrace) {
  await withHouse(async ({ openApp, sql }) => {
    const address = await openApp();
    const startedMs = performance.now();
    for (let from = 0; from < spans; from += 1_000_000) {
      const count = Math.min(1_000_000, spans - from);
      await sql(madeSpans({ total: spans, spansPerTrace, from, count }), { max_execution_time: "600" });
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    await untilMerged(sql);
    print(
      `${spans.toLocaleString("en")} spans, ${spansPerTrace} a trace`,
      `stored in ${seconds.toFixed(0)} s`,
    );
    for (const line of (await sql(sizes)).trim().split("\n")) {
      const [table = "", bytes = ""] = line.split("\t");
      print(`  on disk, ${table}`, `${(Number(bytes) / spans).toFixed(1)} bytes a span`);
    }
    const get = (/** @type {string} */ path) =>
      fetch(`${address}${path}`, { headers: { accept: "application/vnd.jiva.spans, application/json" } });
    const read = async (/** @type {string} */ path, /** @type {number} */ status) => {
      const answer = await get(path);
      await answer.arrayBuffer();
      if (answer.status !== status) throw new Error(`${path} answers ${answer.status}`);
    };
    // The goals are set for 100 spans a trace; other shapes are for information.
    const goal = (/** @type {number} */ ms) => (spansPerTrace === 100 ? ms : undefined);
    printTimes(
      "  runs, first page",
      await timesOf({ times: 40 }, () => read("/api/runs?limit=50", 200)),
      goal(100),
    );
    const traces = Math.floor(spans / spansPerTrace);
    const anyRun = (/** @type {number} */ index) => (index * 7_919 + 7_919 * 3) % traces;
    printTimes(
      "  a run's spans",
      await timesOf({ times: 40 }, (index) => read(`/api/runs/bench-${anyRun(index)}/spans`, 200)),
      goal(80),
    );
    printTimes(
      "  a run_id that is not there",
      await timesOf({ times: 40 }, (index) => read(`/api/runs/nobody-${index}/spans`, 404)),
      goal(30),
    );
    printTimes(
      "  an attribute of a run's spans",
      await timesOf({ times: 20 }, (index) =>
        read(`/api/runs/bench-${anyRun(index)}/spans/search?q=cache.hit%3Dtrue`, 200),
      ),
    );
    printTimes("  the charts of the list", await timesOf({ times: 5 }, () => read("/api/run-chart", 200)));
    const besideMs = [];
    for (let index = 0; index < 5; index++) {
      // As the page asks for them: both at once.
      const charts = read("/api/run-chart", 200);
      besideMs.push(...(await timesOf({ times: 1, warmUps: 0 }, () => read("/api/runs?limit=50", 200))));
      await charts;
    }
    printTimes("  runs, first page, beside the charts", besideMs);
  });
}

const sizes = `SELECT table, sum(bytes_on_disk) FROM system.parts
  WHERE database = 'otel_traces' AND active GROUP BY table ORDER BY table FORMAT TabSeparated`;

/** Waits for the merges that follow a load, for two minutes at most: that is the state that people meet. */
async function untilMerged(/** @type {House["sql"]} */ sql) {
  for (let second = 0; second < 120; second++) {
    if (Number(await sql("SELECT count() FROM system.merges FORMAT TabSeparated")) === 0) return;
    await delay(1_000);
  }
}

/**
 * While the engine comes back, a minute at most.
 * @template T
 * @param {() => Promise<T>} work
 */
async function patiently(work) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 60) throw error;
      await delay(1_000);
    }
  }
}

/** @param {string} address */
function openExporter(address) {
  return new OTLPTraceExporter({ url: `${address}/v1/traces`, timeoutMillis: 30_000 });
}

/**
 * @param {OTLPTraceExporter} exporter
 * @param {ReadableSpan[]} batch
 * @returns {Promise<void>}
 */
function send(exporter, batch) {
  return new Promise((resolve, reject) => {
    exporter.export(batch, ({ code, error }) => {
      if (code === ExportResultCode.SUCCESS) resolve();
      else reject(error ?? new Error("the exporter failed"));
    });
  });
}

/**
 * Spans as an application records them: traces of 64, ten attributes a span.
 * @param {number} count of batches
 * @param {number} [size] spans of each
 */
function recordBatches(count, size = batchSpans) {
  const finished = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "bench", "service.version": "1" }),
    spanProcessors: [new SimpleSpanProcessor(finished)],
  });
  const tracer = provider.getTracer("bench", "1");
  /** @type {ReadableSpan[][]} */
  const batches = [];
  let root = tracer.startSpan("ask");
  for (let batch = 0; batch < count; batch++) {
    finished.reset();
    for (let n = 0; n < size; n++) {
      if (n % 64 === 0) root = tracer.startSpan("ask");
      const attributes = {
        run_id: `bench-${batch}-${n >> 6}`,
        question: `question ${batch}`,
        mode: "combined",
        "retrieval.step": n,
        "thread.id": n % 16,
        "retrieval.score": n * 0.37,
        "db.query.text": "SELECT id, total FROM orders LIMIT 100",
        "retrieval.documents": n % 64,
        "server.address": "10.0.0.1",
        "cache.hit": n % 2 === 0,
      };
      tracer.startSpan(`step ${n % 7}`, { attributes }, trace.setSpan(ROOT_CONTEXT, root)).end();
    }
    batches.push([...finished.getFinishedSpans()]);
  }
  return batches;
}

/** @param {ReadableSpan} span */
function idOf(span) {
  return span.spanContext().spanId;
}

/**
 * The row that a person would write with the bare client, in the exporter's columns.
 * @param {ReadableSpan} span
 */
function spanToRow(span) {
  const { traceId, spanId } = span.spanContext();
  const texts = (/** @type {object} */ attributes) =>
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]));
  return {
    Timestamp: `${span.startTime[0]}.${String(span.startTime[1]).padStart(9, "0")}`,
    TraceId: traceId,
    SpanId: spanId,
    ParentSpanId: span.parentSpanContext?.spanId ?? "",
    TraceState: "",
    SpanName: span.name,
    SpanKind: "Internal",
    ServiceName: "bench",
    ResourceAttributes: texts(span.resource.attributes),
    ScopeName: span.instrumentationScope.name,
    ScopeVersion: span.instrumentationScope.version ?? "",
    SpanAttributes: texts(span.attributes),
    Duration: span.duration[0] * 1e9 + span.duration[1],
    StatusCode: "Unset",
    StatusMessage: "",
    "Events.Timestamp": [],
    "Events.Name": [],
    "Events.Attributes": [],
    "Links.TraceId": [],
    "Links.SpanId": [],
    "Links.TraceState": [],
    "Links.Attributes": [],
  };
}

/** @param {number} perSecond */
function rate(perSecond) {
  return Math.round(perSecond).toLocaleString("en");
}

/**
 * @param {string} what
 * @param {string} figures
 */
function print(what, figures) {
  process.stdout.write(`${what.padEnd(44)} ${figures}\n`);
}
