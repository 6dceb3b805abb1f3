// @ts-check
/**
 * `npm run demo`: asks one sample question of each kind and writes the three timelines as HTML files into
 * demo/. Uses the Jiva that runs at HOST and PORT; where none does, it starts one and stops it again.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stopGroup } from "./launcher/processes.mjs";
import { addressOf, parseSettings, requireNode } from "./launcher/settings.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const readyLimitMs = 600_000;
const storedLimitMs = 10_000;

requireNode(process.versions.node);
const settings = parseSettings(process.env, root);
const address = addressOf(settings);
const headers = {
  "content-type": "application/json",
  ...(settings.apiToken && { authorization: `Bearer ${settings.apiToken}` }),
};

/** @param {string} path @param {unknown} [body] */
async function call(path, body) {
  const response = await fetch(`${address}${path}`, {
    headers,
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return response;
}

async function isRunning() {
  return fetch(`${address}/api/health`).then(
    (response) => response.ok,
    () => false,
  );
}

/** @returns {Promise<import("node:child_process").ChildProcess>} */
async function startJiva() {
  const child = spawn(process.execPath, ["devtools/start.mjs"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      process.stdout.write(chunk);
      text = (text + chunk).slice(-1_000);
      if (text.includes("ready at ")) resolve(undefined);
    });
    child.once("exit", () => reject(new Error("Jiva did not start; it says why above.")));
    setTimeout(() => reject(new Error("Jiva was not ready within 10 minutes.")), readyLimitMs).unref();
  });
  return child;
}

/** A run's spans arrive a moment after its answer. @param {string} runId */
async function timelineOf(runId) {
  const deadlineMs = Date.now() + storedLimitMs;
  for (;;) {
    const response = await fetch(`${address}/api/metrics/gantt-otel`, {
      method: "POST",
      headers,
      body: JSON.stringify({ run_ids: [runId] }),
    });
    if (response.ok) return response.text();
    if (response.status !== 404 || Date.now() > deadlineMs) {
      throw new Error(`The timeline of ${runId} could not be read: ${await response.text()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const started = (await isRunning()) ? undefined : await startJiva();
try {
  const { questions } = await (await call("/api/samples")).json();
  if (questions.length === 0) {
    throw new Error("The sample data is not loaded. Load it on the Data page, then run the demo again.");
  }
  await mkdir(`${root}demo`, { recursive: true });
  for (const mode of ["structured", "unstructured", "combined"]) {
    const question = questions.find(
      (/** @type {{ mode: string }} */ sample) => sample.mode === mode,
    )?.question;
    const answer = await (await call("/api/ask", { question })).json();
    const file = `demo/${mode}.html`;
    await writeFile(`${root}${file}`, await timelineOf(answer.run_id));
    process.stdout.write(
      `\n${question}\n  ${answer.answer}\n  ${Math.round(answer.duration_ms)} ms, timeline in ${file}\n`,
    );
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  if (started) await stopGroup(started, { politeMs: 25_000 });
}
process.exit();
