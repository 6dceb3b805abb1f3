import { connect } from "node:http2";
import { type Attributes, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** Longer than an acknowledgement takes on a busy machine, shorter than a test's patience. */
const requestMs = 10_000;

/** Sends spans once; resolves when they were acknowledged and rejects when that is not known. */
export interface Sender {
  send(spans: readonly ReadableSpan[]): Promise<void>;
  close(): Promise<void>;
}

/** The spans of a new trace, its root last: a root and its children, each with these attributes. */
export function makeTrace(service: string, spanCount: number, attributes: Attributes): ReadableSpan[] {
  const finished = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [new SimpleSpanProcessor(finished)],
  });
  const tracer = provider.getTracer("collector-test", "1");
  const root = tracer.startSpan("work", { attributes, kind: SpanKind.SERVER });
  const inRoot = trace.setSpan(ROOT_CONTEXT, root);
  for (let n = 1; n < spanCount; n++) tracer.startSpan(`step ${n % 10}`, { attributes }, inRoot).end();
  root.end();
  return finished.getFinishedSpans();
}

/** OTLP over HTTP, by OpenTelemetry's own exporter. */
export function httpSender(url: string): Sender {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, timeoutMillis: requestMs });
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export([...spans], ({ code, error }) => {
          if (code === ExportResultCode.SUCCESS) resolve();
          else reject(error ?? new Error("refused"));
        });
      }),
    close: () => exporter.shutdown(),
  };
}

/**
 * OTLP over gRPC: one unary call over HTTP/2, with the body of OpenTelemetry's own serializer. Its gRPC exporter
 * is not used because it brings a package with an install script.
 */
export function grpcSender(url: string): Sender {
  return {
    send: async (spans) => {
      const message = ProtobufTraceSerializer.serializeRequest([...spans]);
      if (!message) throw new Error("The spans could not be encoded.");
      await callUnary(url, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", message);
    },
    close: async () => {},
  };
}

/** A message is prefixed by a byte (0: not compressed) and its length; the call's outcome is in the trailers. */
function callUnary(url: string, path: string, message: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    const end = (error?: Error) => {
      session.close();
      if (error) reject(error);
      else resolve();
    };
    session.once("error", end);
    const call = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status: string | undefined;
    const read = (headers: Record<string, unknown>) => {
      if (headers["grpc-status"] !== undefined) status = String(headers["grpc-status"]);
    };
    call.setTimeout(requestMs, () => call.destroy(new Error(`no answer within ${requestMs / 1000} s`)));
    call.once("response", read);
    call.once("trailers", read);
    call.once("error", end);
    call.once("end", () => end(status === "0" ? undefined : new Error(`gRPC status ${status}`)));
    call.resume();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    call.end(Buffer.concat([prefix, message]));
  });
}
