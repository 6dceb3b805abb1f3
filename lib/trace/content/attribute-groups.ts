import { first } from "@/lib/base/checked";
import type { Attribute } from "../span";

export interface AttributeGroup {
  /** What the keys have in common, in words; "" where there is one group only. */
  readonly label: string;
  readonly attributes: readonly Attribute[];
}

/** What the first parts of keys stand for, by OpenTelemetry's conventions; groups come in this order. */
const labels: ReadonlyMap<string, string> = new Map([
  ["error", "Error"],
  ["exception", "Error"],
  ["retrieval", "Retrieval"],
  ["db", "Database"],
  ["gen_ai", "Model"],
  ["llm", "Model"],
  ["ai", "Model"],
  ["http", "HTTP"],
  ["url", "HTTP"],
  ["user_agent", "HTTP"],
  ["rpc", "Calls"],
  ["messaging", "Messages"],
  ["server", "Network"],
  ["client", "Network"],
  ["net", "Network"],
  ["network", "Network"],
  ["peer", "Network"],
  ["thread", "Code"],
  ["code", "Code"],
]);
const others = "Other";

/** Fewer are read at a glance without headings. */
const groupedFrom = 9;

/** Attributes by what they are about, in the order in which they came within a group. */
export function groupAttributes(attributes: readonly Attribute[]): readonly AttributeGroup[] {
  if (attributes.length < groupedFrom) return [{ label: "", attributes }];
  const groups = new Map<string, Attribute[]>();
  for (const attribute of attributes) {
    const label = labels.get(first(attribute.key.split(".", 1))) ?? others;
    const group = groups.get(label) ?? [];
    group.push(attribute);
    groups.set(label, group);
  }
  if (groups.size === 1) return [{ label: "", attributes }];
  const order = [...new Set(labels.values()), others];
  return order.flatMap((label) => {
    const group = groups.get(label);
    return group ? [{ label, attributes: group }] : [];
  });
}
