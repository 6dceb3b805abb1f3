import { context } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { registerOTel } from "@vercel/otel";
import { maxContentChars } from "@/lib/trace/names";
import { readableSpanToSpan } from "./readable-span";
import { RunProcessor } from "./run-processor";
import { createSpanQueue, type SpanQueueOptions } from "./span-queue";
import { createWorkSampler } from "./work-sampler";

export interface TelemetryOptions extends Pick<SpanQueueOptions, "insert" | "isWorthAnotherTry"> {
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** Whether requests for pages, lists and health are recorded too. */
  readonly requests: "work" | "all";
  /** Set: spans go there by OTLP instead of straight to the database. */
  readonly otlpEndpoint: string | undefined;
  /** Addresses whose requests are never traced: the database's. */
  readonly ignoreUrls: readonly string[];
}

export interface Telemetry {
  /** Spans that wait, and spans lost since the start. */
  stats(): { readonly queued: number; readonly dropped: number };
  /** Ends the spans that are open in a trace but for its root, as failed. */
  endOpenSpans(traceId: string, rootSpanId: string, cause: Error): void;
  flush(limitMs: number): Promise<void>;
  /** Stores what waits, for at most `limitMs`, and takes no more. */
  close(limitMs: number): Promise<void>;
}

interface Sink {
  readonly processor: SpanProcessor;
  stats(): { readonly queued: number; readonly dropped: number };
  flush(limitMs: number): Promise<void>;
  close(limitMs: number): Promise<void>;
}

/** One per process, known to every bundle of the app. */
const key = Symbol.for("jiva.telemetry");
const globals = globalThis as typeof globalThis & { [key]?: Telemetry };

/** The running telemetry, or undefined in a process that did not start it. */
export function telemetry(): Telemetry | undefined {
  return globals[key];
}

/** Sets OpenTelemetry up for this process. To be called once, before the first span. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const runs = new RunProcessor();
  const sink = options.otlpEndpoint ? collectorSink() : databaseSink(options);
  registerOTel({
    serviceName: options.serviceName,
    attributes: { "service.version": options.serviceVersion },
    traceSampler: createWorkSampler(options.requests),
    spanProcessors: [runs, sink.processor],
    spanLimits: { attributeValueLengthLimit: maxContentChars },
    instrumentationConfig: {
      // It compares beginnings with the address as URL writes it, whatever the setting looks like.
      fetch: { ignoreUrls: options.ignoreUrls.map((url) => `${new URL(url).origin}/`) },
    },
  });
  const started: Telemetry = {
    stats: sink.stats,
    flush: sink.flush,
    close: sink.close,
    endOpenSpans: (traceId, rootSpanId, cause) => runs.endOpenSpans(traceId, rootSpanId, cause),
  };
  globals[key] = started;
  return started;
}

function databaseSink({ insert, isWorthAnotherTry }: TelemetryOptions): Sink {
  const queue = createSpanQueue({
    // The calls that store spans would make spans that have to be stored.
    insert: (spans, signal) => context.with(suppressTracing(context.active()), () => insert(spans, signal)),
    isWorthAnotherTry,
  });
  return {
    processor: {
      onStart: () => undefined,
      onEnd: (span) => queue.push(readableSpanToSpan(span)),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    },
    stats: queue.stats,
    flush: async (limitMs) => void (await queue.flush(limitMs)),
    close: queue.close,
  };
}

/**
 * The standard exporter, which reads the OTEL_EXPORTER_OTLP_… variables itself. (The one of @vercel/otel takes
 * any HTTP status for a success.) Its queue is not ours to count.
 */
function collectorSink(): Sink {
  const processor = new BatchSpanProcessor(new OTLPTraceExporter(), {
    maxQueueSize: 50_000,
    maxExportBatchSize: 512,
    scheduledDelayMillis: 500,
  });
  const within = (limitMs: number, work: Promise<void>) =>
    Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref())]);
  return {
    processor,
    stats: () => ({ queued: 0, dropped: 0 }),
    flush: (limitMs) => within(limitMs, processor.forceFlush()),
    close: (limitMs) => within(limitMs, processor.shutdown()),
  };
}
