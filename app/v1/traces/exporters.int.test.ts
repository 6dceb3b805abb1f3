import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import {
  type Attributes,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GET as exportRun } from "@/app/api/runs/[runId]/export/route";
import { callRoute, startTestServices } from "@/lib/server/testing/services";
import { POST } from "./route";

/** OpenTelemetry's own exporters over HTTP. */

const services = startTestServices();
let server: Server;
let url: string;
let received: { type: string | null; encoding: string | null };

beforeAll(async () => {
  const post = POST.with(services);
  // Next's part is to hand requests to the route.
  server = createServer(async (message, reply) => {
    const headers = new Headers(message.headers as Record<string, string>);
    received = { type: headers.get("content-type"), encoding: headers.get("content-encoding") };
    const init = { method: "POST", headers, body: Readable.toWeb(message), duplex: "half" };
    const answer = await post(new Request("http://localhost/v1/traces", init as RequestInit));
    reply.writeHead(answer.status, Object.fromEntries(answer.headers));
    reply.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
});
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

/** What the SDK would not set itself, and its exporters write all the same. */
const beyondTheSdk = {
  bytes: new Uint8Array([0, 222, 173, 255]),
  keys: { inner: [1, { deep: false }], zero: 0, "": "" },
  mixed: [1, "a", 0.5, true, [], {}, null],
};

function record(runId: string): ReadableSpan[] {
  const finished = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "shop", "process.pid": 42, "host.up": true }),
    spanProcessors: [new SimpleSpanProcessor(finished)],
    spanLimits: {
      attributeCountLimit: 16,
      eventCountLimit: 2,
      linkCountLimit: 1,
      attributePerEventCountLimit: 2,
    },
  });
  const tracer = provider.getTracer("checkout", "2.1", { schemaUrl: "https://example.org/s" });
  const other = provider.getTracer("stock");
  const caller = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: TraceFlags.SAMPLED,
    traceState: createTraceState("vendor=1,other=two"),
    isRemote: true,
  };
  const root = tracer.startSpan(
    "ask",
    { kind: SpanKind.SERVER, attributes: { run_id: runId } },
    trace.setSpanContext(ROOT_CONTEXT, { ...caller, traceId: traceIdOf(runId) }),
  );
  const inRoot = trace.setSpan(ROOT_CONTEXT, root);
  const attributes: Attributes = {
    text: "é </script> 🚲",
    "empty text": "",
    int: 2 ** 53 - 1,
    "negative int": -(2 ** 53 - 1),
    "int beyond": 2 ** 62,
    zero: 0,
    double: 0.1,
    tiny: 5e-324,
    yes: true,
    no: false,
    list: ["a", "b"],
    numbers: [1, 2.5, -3],
    none: [],
  };
  for (let n = 0; n < 20; n++) {
    const child = (n % 2 ? tracer : other).startSpan(
      `step ${n}`,
      {
        kind: [SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER][n % 4] ?? 0,
        attributes: { ...attributes, n },
        links: [{ context: caller, attributes: { n } }, { context: root.spanContext() }],
        startTime: [1_767_225_600 + n, 123_456_789],
      },
      inRoot,
    );
    for (let i = 0; i < 4; i++) child.addEvent(`event ${i}`, { i, half: i + 0.5, third: i / 3 });
    child.setAttributes({ more: 1, evenMore: 2, tooMuch: 3 });
    if (n % 3) child.setStatus({ code: SpanStatusCode.ERROR, message: "no" });
    child.end([1_767_225_601 + n, 987_654_321]);
  }
  root.end();
  const spans = finished.getFinishedSpans();
  for (const span of spans.slice(0, 2)) Object.assign(span.attributes, beyondTheSdk);
  return spans;
}

/** A trace of its own for each run. */
const traceIdOf = (runId: string) => Buffer.from(runId.padEnd(16, "·")).toString("hex").slice(0, 32);

/**
 * A request without the fields that say nothing, spans and scopes in an order of their own. Ints are compared as
 * the numbers that JavaScript sent: its JSON writes those beyond 2^53 with fewer digits than its protobuf.
 */
function plain(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item));
    const isOrdered = name !== "spans" && name !== "scopeSpans";
    return isOrdered ? items : items.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  }
  if (name === "intValue") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, inner]) => [key, plain(inner, key)] as const);
  // False, 0 and "" of an attribute say something.
  return Object.fromEntries(fields.filter(([key, inner]) => /value$/i.test(key) || !isNothing(inner)));
}

/** A span's id, or the name of its scope. */
function orderOf(item: unknown): string {
  const { spanId, scope } = item as { spanId?: string; scope?: { name?: string } };
  return spanId ?? scope?.name ?? "";
}

function isNothing(value: unknown): boolean {
  return value === 0 || value === "" || value === undefined || ["[]", "{}"].includes(JSON.stringify(value));
}

it.each([
  ["protobuf", ProtobufExporter, "none"],
  ["protobuf, gzip", ProtobufExporter, "gzip"],
  ["JSON", JsonExporter, "none"],
  ["JSON, gzip", JsonExporter, "gzip"],
])("go in and come out equal (%s)", async (name, Exporter, compression) => {
  const runId = `as ${name}`;
  const spans = record(runId);
  const exporter = new Exporter({ url, compression: compression as never });
  const result = await new Promise<{ code: ExportResultCode }>((resolve) => exporter.export(spans, resolve));
  await exporter.shutdown();
  expect(result.code).toBe(ExportResultCode.SUCCESS);
  expect(received).toEqual({
    type: name.startsWith("JSON") ? "application/json" : "application/x-protobuf",
    encoding: compression === "gzip" ? "gzip" : null,
  });

  const sent = JSON.parse(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans)));
  const answer = await callRoute(services, exportRun, {
    method: "GET",
    params: { runId },
    query: "?format=otlp",
  });
  expect(plain(JSON.parse(await answer.text()))).toEqual(plain(sent));
});
