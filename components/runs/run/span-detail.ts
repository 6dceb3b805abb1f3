import type { SpanDetail } from "@/lib/api/runs";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";

/** A span as the API answers it, as the rest of the house knows it. */
export function spanDetailToSpan(detail: SpanDetail): Span {
  return {
    traceId: detail.trace_id,
    spanId: detail.span_id,
    parentSpanId: detail.parent_span_id,
    traceState: detail.trace_state,
    name: detail.name,
    kind: detail.kind,
    serviceName: detail.service,
    scopeName: detail.scope_name,
    scopeVersion: detail.scope_version,
    startNs: nanoseconds(BigInt(detail.start_ns)),
    durationNs: nanoseconds(BigInt(detail.duration_ns)),
    status: detail.status,
    statusMessage: detail.status_message,
    attributes: detail.attributes,
    resource: detail.resource,
    events: detail.events.map((event) => ({
      timeNs: nanoseconds(BigInt(event.time_ns)),
      name: event.name,
      attributes: event.attributes,
    })),
    links: detail.links.map((link) => ({
      traceId: link.trace_id,
      spanId: link.span_id,
      traceState: link.trace_state,
      attributes: link.attributes,
    })),
  };
}
