// @ts-check
import { parseSync } from "oxc-parser";

/**
 * A node of ESTree with TypeScript's additions; its `type` decides which fields it has.
 * @typedef {{ type: string, start: number, end: number, [field: string]: unknown }} Node
 *
 * @typedef {object} ParsedSource
 * @property {string} path below the root, with forward slashes
 * @property {string} text
 * @property {Node} program
 * @property {readonly { value: string, start: number, end: number }[]} comments
 */

/**
 * Throws an Error that names the file where its syntax is wrong.
 * @param {import("../rooms/imports.mjs").Source} source
 * @returns {ParsedSource}
 */
export function parseSource({ path, text }) {
  const { program, comments, errors } = parseSync(path, text, { preserveParens: false });
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  return { path, text, program: /** @type {Node} */ (/** @type {unknown} */ (program)), comments };
}

/** @param {unknown} value @returns {value is Node} */
export function isNode(value) {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/**
 * The node below a field, or undefined.
 * @param {Node} node
 * @param {string} field
 */
export function childOf(node, field) {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/**
 * The nodes right below this one, in the order of the text.
 * @param {Node} node
 * @returns {Node[]}
 */
export function childrenOf(node) {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/**
 * The node and every one below it, parents first.
 * @param {Node} node
 * @returns {Generator<Node>}
 */
export function* nodesOf(node) {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

/**
 * The expression without the types, `!` and optional chain around it.
 * @param {Node} node
 * @returns {Node}
 */
export function bare(node) {
  const wrappers = [
    "ParenthesizedExpression",
    "TSAsExpression",
    "TSSatisfiesExpression",
    "TSNonNullExpression",
    "ChainExpression",
  ];
  const inner = wrappers.includes(node.type) ? childOf(node, "expression") : undefined;
  return inner ? bare(inner) : node;
}

/**
 * Line of an offset, from 1.
 * @param {string} text
 * @param {number} offset
 */
export function lineAt(text, offset) {
  return text.slice(0, offset).split("\n").length;
}

/** @param {Node | undefined} node */
export function nameOf(node) {
  return node?.type === "Identifier" && typeof node.name === "string" ? node.name : undefined;
}

const functionTypes = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];

/** @param {Node} node */
export function isFunction(node) {
  return functionTypes.includes(node.type);
}

/**
 * Every function with its name, or that of the variable, property or method that holds it.
 * @param {Node} node
 * @param {string} [held]
 * @returns {Generator<{ name: string, node: Node }>}
 */
export function* functionsOf(node, held = "a function") {
  const name = nameOf(childOf(node, "id")) ?? nameOf(childOf(node, "key")) ?? held;
  if (isFunction(node)) yield { name, node };
  const below = isFunction(node) ? `a function in ${name}` : name;
  for (const child of childrenOf(node)) yield* functionsOf(child, below);
}
