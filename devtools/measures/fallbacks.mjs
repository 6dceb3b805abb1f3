// @ts-check
/**
 * Reads by an index that fall back on a value of their own: `starts[i] ?? 0`. An index that is wrong then draws a bar
 * at 0 instead of failing. lib/base/checked.ts has what to write instead.
 */
import { posix } from "node:path";
import { bare, childOf, childrenOf, functionsOf, lineAt, nameOf, nodesOf } from "./syntax.mjs";

/** @typedef {import("./syntax.mjs").Node} Node @typedef {import("./syntax.mjs").ParsedSource} ParsedSource */

/**
 * The places of such reads, `path:line`. A function that does nothing but such a read counts at each of its calls, also
 * from other files.
 * @param {readonly ParsedSource[]} sources
 * @returns {string[]}
 */
export function fallbacksOf(sources) {
  const helpers = new Map(sources.map((source) => [source.path, helpersOf(source.program)]));
  return sources.flatMap((source) => {
    const constants = constantsOf(source.program);
    const called = new Set([...(helpers.get(source.path) ?? []), ...importedHelpers(source, helpers)]);
    return [...nodesOf(source.program)]
      .filter((node) => isFallback(node, constants) || isCallOf(node, called))
      .map((node) => `${source.path}:${lineAt(source.text, node.start)}`);
  });
}

/** @param {Node} node @param {ReadonlySet<string>} constants */
function isFallback(node, constants) {
  if (node.type !== "LogicalExpression" || (node.operator !== "??" && node.operator !== "||")) return false;
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  return left !== undefined && right !== undefined && readsByIndex(left) && isConstant(right, constants);
}

/**
 * Whether the value comes from `x[i]` or `x.at(i)`, or from a field of that: `x[i]?.name`.
 * @param {Node} expression
 * @returns {boolean}
 */
function readsByIndex(expression) {
  const node = bare(expression);
  const callee = node.type === "CallExpression" ? childOf(node, "callee") : undefined;
  if (callee) return callee.type === "MemberExpression" && nameOf(childOf(callee, "property")) === "at";
  if (node.type !== "MemberExpression") return false;
  const property = childOf(node, "property");
  const object = childOf(node, "object");
  if (node.computed === true) return !(property?.type === "Literal" && typeof property.value === "string");
  return object !== undefined && node.optional === true && readsByIndex(object);
}

/** @param {Node} expression @param {ReadonlySet<string>} constants @returns {boolean} */
function isConstant(expression, constants) {
  const node = bare(expression);
  const name = nameOf(node);
  if (name !== undefined) return name !== "undefined" && constants.has(name);
  if (node.type === "UnaryExpression") return isConstant(childOf(node, "argument") ?? node, constants);
  if (node.type === "CallExpression") return /** @type {unknown[]} */ (node.arguments).length === 0;
  if (node.type === "MemberExpression") return constants.has(nameOf(childOf(node, "object")) ?? "");
  return (
    ["Literal", "TemplateLiteral", "ArrayExpression", "ObjectExpression"].includes(node.type) &&
    childrenOf(node).every(({ type }) => type === "TemplateElement")
  );
}

/**
 * What is imported, or declared const at the top of the file.
 * @param {Node} program
 */
function constantsOf(program) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const statement of childrenOf(program)) {
    const declared = statement.type.startsWith("Export") ? childOf(statement, "declaration") : statement;
    for (const each of declared ? childrenOf(declared) : []) {
      const name = nameOf(childOf(each, "local")) ?? nameOf(childOf(each, "id"));
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

/**
 * Functions whose whole body is such a read of what they are given.
 * @param {Node} program
 */
function helpersOf(program) {
  const constants = constantsOf(program);
  return new Set(
    [...functionsOf(program)].flatMap(({ name, node }) => {
      const body = childOf(node, "body");
      const statements = body?.type === "BlockStatement" ? childrenOf(body) : [];
      const [only] = statements;
      const value =
        body?.type !== "BlockStatement"
          ? body
          : only && statements.length === 1
            ? childOf(only, "argument")
            : undefined;
      return value && isFallback(bare(value), constants) ? [name] : [];
    }),
  );
}

/** @param {ParsedSource} source @param {ReadonlyMap<string, ReadonlySet<string>>} helpers */
function importedHelpers({ path, program }, helpers) {
  return childrenOf(program).flatMap((statement) => {
    const from = childOf(statement, "source")?.value;
    if (statement.type !== "ImportDeclaration" || typeof from !== "string") return [];
    const target = from.startsWith("@/") ? from.slice(2) : posix.join(posix.dirname(path), from);
    const theirs = helpers.get(`${target}.ts`) ?? helpers.get(`${target}.tsx`) ?? helpers.get(target);
    return childrenOf(statement).flatMap((specifier) => {
      const imported = nameOf(childOf(specifier, "imported"));
      const local = nameOf(childOf(specifier, "local"));
      return imported !== undefined && local !== undefined && theirs?.has(imported) ? [local] : [];
    });
  });
}

/** @param {Node} node @param {ReadonlySet<string>} names */
function isCallOf(node, names) {
  return node.type === "CallExpression" && names.has(nameOf(childOf(node, "callee")) ?? "");
}
