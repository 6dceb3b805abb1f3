import type { Attribute } from "@/lib/trace/span";

/** A span as it was sent: ids are lower-case hex of any length, times and numbers whatever they were. */
export interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  flags: number;
  name: string;
  kind: number;
  startNs: bigint;
  endNs: bigint;
  attributes: Attribute[];
  droppedAttributes: number;
  events: SentEvent[];
  droppedEvents: number;
  links: SentLink[];
  droppedLinks: number;
  statusCode: number;
  statusMessage: string;
  /** Keys of attributes, also of events and links, whose values were too deep and are left empty there. */
  cut: string[];
}

export interface SentEvent {
  timeNs: bigint;
  name: string;
  attributes: Attribute[];
  droppedAttributes: number;
}

export interface SentLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: Attribute[];
  droppedAttributes: number;
  flags: number;
}

export function emptySpan(): SentSpan {
  return {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    traceState: "",
    flags: 0,
    name: "",
    kind: 0,
    startNs: 0n,
    endNs: 0n,
    attributes: [],
    droppedAttributes: 0,
    events: [],
    droppedEvents: 0,
    links: [],
    droppedLinks: 0,
    statusCode: 0,
    statusMessage: "",
    cut: [],
  };
}
