import { at } from "@/lib/base/checked";
import { isRecord } from "@/lib/base/json-fields";

/** JSON and numbers out of the texts of attributes, which anybody may have written: nothing here throws. */

/** Longer JSON is left to the list of attributes: reading it takes longer than a click may. */
const maxJsonChars = 500_000;

/** The entries of a JSON list, none for anything else. */
export function parseList(text: string | undefined): unknown[] {
  const value = parseJson(text);
  return Array.isArray(value) ? value : [];
}

export function parseRecord(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

/** A number, from a number or the text of one. */
export function attributeNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A value of JSON as a cell shows it. */
export function cellText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack is high.
    return "…";
  }
}

function parseJson(text: string | undefined): unknown {
  if (!text || text.length > maxJsonChars || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Lists that are spread over attributes, as OpenInference and OpenLLMetry do: `prefix.0.role`, `prefix.0.content`,
 * `prefix.1.role`, … become one map of what is behind the number for each.
 */
export function indexedEntries(
  byKey: ReadonlyMap<string, string>,
  prefix: string,
): ReadonlyMap<string, string>[] {
  const entries = new Map<number, Map<string, string>>();
  for (const [key, value] of byKey) {
    if (!key.startsWith(prefix)) continue;
    const place = /^(\d{1,4})\.(.+)$/s.exec(key.slice(prefix.length));
    if (!place) continue;
    const index = Number(at(place, 1));
    const entry = entries.get(index) ?? new Map<string, string>();
    entry.set(at(place, 2), value);
    entries.set(index, entry);
  }
  return [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}
