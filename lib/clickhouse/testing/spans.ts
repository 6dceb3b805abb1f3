import { nanoseconds } from "@/lib/base/time";
import type { Attribute, Span } from "@/lib/trace/span";

/** A span for tests, whole and unremarkable but for what `over` says. */
export function makeSpan(over: Partial<Span> = {}): Span {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    traceState: "",
    name: "work",
    kind: "Internal",
    serviceName: "shop",
    scopeName: "",
    scopeVersion: "",
    startNs: nanoseconds(1_767_225_600_000_000_000n),
    durationNs: nanoseconds(1_000_000n),
    status: "Unset",
    statusMessage: "",
    attributes: [],
    resource: [],
    events: [],
    links: [],
    ...over,
  };
}

export const text = (key: string, value: string): Attribute => ({ key, value, type: "string" });

/** Ids that count up: `traceId(7)` is 31 zeros and a 7. */
export const traceIdOf = (n: number) => n.toString(16).padStart(32, "0");
export const spanIdOf = (n: number) => n.toString(16).padStart(16, "0");
