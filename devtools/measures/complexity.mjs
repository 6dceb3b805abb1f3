// @ts-check
import { childrenOf, functionsOf, isFunction, lineAt } from "./syntax.mjs";

/** @typedef {import("./syntax.mjs").Node} Node @typedef {import("./syntax.mjs").ParsedSource} ParsedSource */

const branches = new Set([
  "IfStatement",
  "ConditionalExpression",
  "LogicalExpression",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "CatchClause",
]);

/**
 * McCabe's number of each function, with `&&`, `||`, `??` and `?:` counted: one more than its branches. A function in
 * a function has a number of its own.
 * @param {readonly ParsedSource[]} sources
 * @returns {{ place: string, name: string, complexity: number, lines: number }[]}
 */
export function complexityOf(sources) {
  return sources.flatMap(({ path, text, program }) =>
    [...functionsOf(program)].map(({ name, node }) => ({
      place: `${path}:${lineAt(text, node.start)}`,
      name,
      complexity: 1 + childrenOf(node).reduce((sum, child) => sum + branchesOf(child), 0),
      lines: text.slice(node.start, node.end).split("\n").length,
    })),
  );
}

/** @param {Node} node @returns {number} */
function branchesOf(node) {
  if (isFunction(node)) return 0;
  const own = branches.has(node.type) || (node.type === "SwitchCase" && node.test !== null) ? 1 : 0;
  return childrenOf(node).reduce((sum, child) => sum + branchesOf(child), own);
}
