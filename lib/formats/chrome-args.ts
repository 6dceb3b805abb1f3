import { type Fields, fieldOf, isRecord, listOrEmpty } from "@/lib/base/json-fields";
import { attributeTypeOf, fromExactAttributes, toExactAttributes } from "@/lib/trace/content/exact-span";
import { type Attribute, attributeTypes } from "@/lib/trace/span";
import { attributeToJson, jsonToAttribute } from "./json-attribute";

/** Where our files carry what trace events have no place for, beside the attributes in an event's `args`. */
export const exactArg = "jiva.span";
export const exactEventArg = "jiva.event";
/** Names of our own metadata events, which other readers pass over. */
export const resourceEvent = "jiva.resource";
export const traceArg = "jiva.trace";

/** Members of `args`, as JSON, and what must accompany them so that the attributes survive the round trip. */
export function attributesToArgs(attributes: readonly Attribute[]): {
  readonly members: readonly string[];
  readonly exact: Fields;
} {
  const seen = new Set<string>();
  const types: (readonly [string, number])[] = [];
  const members: string[] = [];
  // An object has each key once, and numbers before all others.
  let isPlain = true;
  for (const attribute of attributes) {
    const { key } = attribute;
    if (seen.has(key) || /^\d+$/.test(key) || key === exactArg || key === exactEventArg) {
      isPlain = false;
      continue;
    }
    seen.add(key);
    const { json, exact } = attributeToJson(attribute);
    members.push(`${JSON.stringify(key)}:${json}`);
    if (exact) types.push([key, attributeTypes.indexOf(exact)]);
  }
  if (!isPlain) return { members, exact: { attributes: toExactAttributes(attributes) } };
  return { members, exact: types.length > 0 ? { types } : {} };
}

/** The attributes of an event's `args`, with what our own files say of them. */
export function argsToAttributes(args: unknown, exact: Fields): Attribute[] {
  if (Array.isArray(exact.attributes)) return fromExactAttributes(exact.attributes);
  if (!isRecord(args)) return args === undefined ? [] : [jsonToAttribute("args", args)];
  const types = new Map(
    listOrEmpty(exact.types).map((entry) => [listOrEmpty(entry)[0], listOrEmpty(entry)[1]]),
  );
  return Object.keys(args)
    .filter((key) => key !== exactArg && key !== exactEventArg)
    .map((key) => {
      const attribute = jsonToAttribute(key, fieldOf(args, key));
      return types.has(key) ? { ...attribute, type: attributeTypeOf(types.get(key)) } : attribute;
    });
}
