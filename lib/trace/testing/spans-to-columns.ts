import { runSpansToColumns } from "../columns/plain-span-columns";
import type { SpanColumns } from "../columns/span-columns";

/** A span of a test, with only what the test is about; ids are small numbers, parent 0 is none. */
export interface SpanFixture {
  readonly id: number;
  readonly parent?: number;
  readonly start?: number;
  readonly duration?: number;
  readonly name?: string;
  readonly work?: number;
  readonly error?: boolean;
}

/** Columns of a made-up run, for tests. */
export function spansToColumns(spans: readonly SpanFixture[], runId = "run"): SpanColumns {
  const hex = (id: number | undefined) => (id ? id.toString(16).padStart(16, "0") : "");
  const names = [...new Set(spans.map((span) => span.name ?? "span"))];
  return runSpansToColumns({
    run_id: runId,
    start_ns: "1767225600000000000",
    total: spans.length,
    left_out: 0,
    trace_ids: ["0123456789abcdef0123456789abcdef"],
    names,
    services: ["service"],
    span_id: spans.map((span) => hex(span.id)),
    parent_id: spans.map((span) => hex(span.parent)),
    trace: spans.map(() => 0),
    name: spans.map((span) => names.indexOf(span.name ?? "span")),
    service: spans.map(() => 0),
    kind: spans.map(() => 1),
    work: spans.map((span) => span.work ?? 0),
    status: spans.map((span) => (span.error ? 2 : 0)),
    start_offset_ns: spans.map((span) => span.start ?? 0),
    duration_ns: spans.map((span) => span.duration ?? 0),
  });
}
