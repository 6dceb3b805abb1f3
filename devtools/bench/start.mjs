// @ts-check
/** How long a fresh clone takes to a page that can be used (installing aside), and how long later starts take. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../launcher/ports.mjs";
import { run, stopGroup } from "../launcher/processes.mjs";
import { root } from "./house.mjs";
import { median } from "./measure.mjs";

const laterStarts = 3;

export async function benchStart() {
  const folder = await mkdtemp(join(tmpdir(), "jiva-bench-start-"));
  try {
    await mustRun("git", ["clone", "--quiet", root, folder], root);
    await mustRun("npm", ["install", "--no-save", "--no-audit", "--no-fund"], folder);
    const first = await startOnce(folder);
    print("fresh clone, start to ready (with build)", first, 30);
    const later = [];
    for (let i = 0; i < laterStarts; i++) later.push(await startOnce(folder));
    print(`later start, median of ${laterStarts}`, median(later), 8);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function mustRun(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd, limitMs: 600_000 });
  if (code !== 0) throw new Error(`${command} failed:\n${output}`);
}

/**
 * Starts as a person does and stops when the launcher says that it is ready and the first page has come.
 * @param {string} folder
 * @returns {Promise<number>} seconds
 */
async function startOnce(folder) {
  const port = await freePort("127.0.0.1");
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["devtools/start.mjs"], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), CLICKHOUSE_PORT: "0", CLICKHOUSE_URL: "", HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  try {
    await new Promise((resolve, reject) => {
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
        if (text.includes("ready at ")) resolve(undefined);
      });
      child.once("exit", () => reject(new Error(`the start failed:\n${text}`)));
      setTimeout(() => reject(new Error(`not ready within 5 minutes:\n${text}`)), 300_000).unref();
    });
    const page = await fetch(`http://127.0.0.1:${port}/`);
    await page.text();
    if (!page.ok) throw new Error(`the page answers ${page.status}`);
    return (performance.now() - startedMs) / 1_000;
  } finally {
    await stopGroup(child, { politeMs: 20_000 });
  }
}

/**
 * @param {string} what
 * @param {number} seconds
 * @param {number} goal
 */
function print(what, seconds, goal) {
  process.stdout.write(
    `${what.padEnd(44)} ${seconds.toFixed(1)} s  goal ≤ ${goal} s: ${seconds <= goal ? "met" : "missed"}\n`,
  );
}
