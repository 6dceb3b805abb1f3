// @ts-check
/**
 * Subjects of commits since this check exists: `type(room): subject`, at most 72 characters, which is what git's own
 * lists and mails show whole. Without git, or without the history, it says so and passes.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./launcher/processes.mjs";

const root = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const maxChars = 72;
const form = /^(?:feat|fix|perf|refactor|test|docs|build|chore)(?:\([\w,-]+\))?: \S/;
const gitLimitMs = 20_000;

/** @param {...string} args the output of git, or undefined where it fails */
async function git(...args) {
  const { code, output } = await run("git", args, {
    cwd: root,
    limitMs: gitLimitMs,
    signal: AbortSignal.timeout(gitLimitMs),
  });
  return code === 0 ? output.trim() : undefined;
}

/**
 * What is wrong with a subject, or undefined.
 * @param {string} subject
 */
export function subjectProblem(subject) {
  if ([...subject].length > maxChars) return `has ${[...subject].length} characters, ${maxChars} at most`;
  if (!form.test(subject)) return "does not read `type(room): subject`";
  return undefined;
}

async function main() {
  const added = await git("log", "--diff-filter=A", "--format=%H", "--", "devtools/check-commits.mjs");
  const [first] = added?.split("\n").filter(Boolean).slice(-1) ?? [];
  const log = first && (await git("log", "--no-merges", "--format=%h %s", `${first}..HEAD`));
  if (log === undefined || first === undefined) {
    console.log("No git history here: subjects of commits were not checked.");
    return;
  }
  const lines = log.split("\n").filter(Boolean);
  for (const line of lines) {
    const [commit, ...words] = line.split(" ");
    const problem = subjectProblem(words.join(" "));
    if (problem === undefined) continue;
    console.error(`${commit} ${problem}: ${words.join(" ")}`);
    process.exitCode = 1;
  }
  console.log(`${lines.length} subjects of commits`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
