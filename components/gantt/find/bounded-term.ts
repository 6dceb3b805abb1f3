import { maxFindChars, quoteAttribute, quoteFind, quotePath } from "@/lib/find/find-query";

/** A term for what the find box has room for: values longer than that are asked for by how they begin. */
function boundedTerm(quote: (value: string) => string, value: string): string {
  let term = quote(value);
  // Quoting makes some characters two, so the first cut may not be enough.
  for (let chars = maxFindChars >> 1; term.length > maxFindChars && chars > 0; chars >>= 1) {
    term = `${quote(value.slice(0, chars)).slice(0, -1)}*"`;
  }
  return term;
}

export function attributeTerm(key: string, value: string): string {
  return boundedTerm((text) => quoteAttribute(key, text), value);
}

/** For spans of a name. */
export function nameTerm(name: string): string {
  return boundedTerm((text) => quoteFind("name", text), name);
}

/** For spans with these names from the root down; undefined where they are more than the find box has room for. */
export function pathTerm(names: readonly string[]): string | undefined {
  // Every name takes at least its separator: what is longer need not be written out to be known as too long.
  if (names.length > maxFindChars) return undefined;
  const term = quotePath(names);
  return term.length <= maxFindChars ? term : undefined;
}
