import { attributeNames } from "@/lib/trace/names";
import type { Attribute } from "@/lib/trace/span";
import { otlpLimits } from "./otlp-limits";

export interface Bounded {
  readonly attributes: readonly Attribute[];
  /** How many there were too many. */
  readonly dropped: number;
}

/**
 * Attributes within the limits: each key once (the last one counts, as in a map), a bounded number of them, none too
 * long. What is cut is a text from then on, whatever it was; its key goes to `cut`.
 */
export function boundAttributes(sent: readonly Attribute[], cut: string[]): Bounded {
  const isLong = sent.some(
    ({ key, value }) => value.length > otlpLimits.valueChars || key.length > otlpLimits.keyChars,
  );
  const short = isLong ? sent.map((attribute) => cutAttribute(attribute, cut)) : sent;
  const unique = withoutRepeats(short);
  if (unique.length <= otlpLimits.attributes) return { attributes: unique, dropped: 0 };
  let room: number = otlpLimits.attributes;
  const attributes = unique.filter(({ key }) => markKeys.has(key) || room-- > 0);
  return { attributes, dropped: unique.length - attributes.length };
}

/** Our own marks come on top of what a span may have, so that a marked span comes back as it is. */
const markKeys: ReadonlySet<string> = new Set([
  attributeNames.endBeforeStart,
  attributeNames.timeError,
  attributeNames.eventTimeError,
  attributeNames.cut,
  attributeNames.runIdError,
]);

function cutAttribute(attribute: Attribute, cut: string[]): Attribute {
  const { key, value } = attribute;
  if (value.length <= otlpLimits.valueChars && key.length <= otlpLimits.keyChars) return attribute;
  const shortKey = cutText(key, otlpLimits.keyChars);
  cut.push(shortKey);
  if (value.length <= otlpLimits.valueChars) return { ...attribute, key: shortKey };
  return { key: shortKey, value: cutText(value, otlpLimits.valueChars), type: "string" };
}

/** So few keys are compared with one another faster than they are put into a set. */
const fewKeys = 16;

function hasRepeats(attributes: readonly Attribute[]): boolean {
  if (attributes.length > fewKeys) {
    return new Set(attributes.map(({ key }) => key)).size < attributes.length;
  }
  for (let i = 1; i < attributes.length; i++) {
    const key = attributes[i]?.key;
    for (let j = 0; j < i; j++) if (attributes[j]?.key === key) return true;
  }
  return false;
}

function withoutRepeats(attributes: readonly Attribute[]): readonly Attribute[] {
  if (!hasRepeats(attributes)) return attributes;
  return [...new Map(attributes.map((attribute) => [attribute.key, attribute])).values()];
}

/** A text of at most `most` characters; where it was longer, `what` goes to `cut`. */
export function boundText(what: string, text: string, most: number, cut: string[]): string {
  if (text.length <= most) return text;
  cut.push(what);
  return cutText(text, most);
}

/** No half of a surrogate pair is left at the end: UTF-8 cannot hold it. */
function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 1 : most);
}
