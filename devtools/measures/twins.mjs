// @ts-check
import { childOf, childrenOf, lineAt, nameOf } from "./syntax.mjs";

/**
 * Types and constants that are exported under one name by two files, as declarations of their own: sooner or later
 * one of the two is changed alone.
 * @param {readonly import("./syntax.mjs").ParsedSource[]} sources
 * @returns {{ name: string, places: string[] }[]}
 */
export function twinsOf(sources) {
  /** @type {Map<string, string[]>} */
  const places = new Map();
  for (const { path, text, program } of sources) {
    const names = new Set(
      childrenOf(program).flatMap((statement) => {
        const declaration = childOf(statement, "declaration");
        if (statement.type !== "ExportNamedDeclaration" || !declaration) return [];
        const own = nameOf(childOf(declaration, "id"));
        const held = childrenOf(declaration).flatMap((each) => nameOf(childOf(each, "id")) ?? []);
        return (own === undefined ? held : [own]).map((name) => `${name}\n${lineAt(text, statement.start)}`);
      }),
    );
    for (const each of names) {
      const [name = "", line] = each.split("\n");
      places.set(name, [...new Set([...(places.get(name) ?? []), `${path}:${line}`])]);
    }
  }
  return [...places].flatMap(([name, all]) =>
    new Set(all.map((place) => place.split(":")[0])).size > 1 ? [{ name, places: all }] : [],
  );
}
