import { at, uintAt } from "@/lib/base/checked";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import type { Attribute, Span } from "@/lib/trace/span";

/**
 * A span to share with people who may see what ran and how long, but not what was asked or found: names, services,
 * times, ids, kinds, statuses and the keys of attributes stay. Values of attributes (SQL and prompts among them),
 * what events carry, messages of statuses and the state of traces are left out.
 */
export function withoutValues(span: Span): Span {
  return {
    ...span,
    traceState: "",
    statusMessage: "",
    attributes: keysOnly(span.attributes),
    // The service's name is drawn, and other formats have it from here alone.
    resource: keysOnly(span.resource, "service.name"),
    ...(span.scopeAttributes && { scopeAttributes: keysOnly(span.scopeAttributes) }),
    events: span.events.map((event) => ({ ...event, attributes: [] })),
    links: span.links.map((link) => ({ ...link, traceState: "", attributes: keysOnly(link.attributes) })),
  };
}

function keysOnly(attributes: readonly Attribute[], kept?: string): readonly Attribute[] {
  return attributes.map((attribute) =>
    attribute.key === kept ? attribute : { key: attribute.key, value: "", type: "empty" },
  );
}

/** What stands for a run's question: the name of its first span without a parent. */
export function columnsToTitle(columns: SpanColumns): string {
  if (columns.count === 0) return "";
  const root = Math.max(0, columns.parent.indexOf(-1));
  return at(columns.names, uintAt(columns.name, root));
}

/** A search may hold the very value that is left out. */
export function viewWithoutValues(view: string): string {
  const search = new URLSearchParams(view);
  search.delete("find");
  search.delete("hide");
  return search.toString();
}
