// @ts-check
/**
 * `npm run bench:timeline`: how fast the timeline opens, moves, tells and finds, by the number of spans; the HTML
 * file likewise; and speedscope on the same trace as a peer. Headless Chromium with software rendering, a fresh
 * profile for every run, medians. Screenshots go to test-results/bench-timeline.
 */

import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import { requireChromium } from "../launcher/chromium.mjs";
import { run } from "../launcher/processes.mjs";
import { openBrowser } from "./browser.mjs";
import { root, withHouse } from "./house.mjs";
import { formatMs, median, quantile } from "./measure.mjs";
import { makeQuestionTrace, toChromeTrace, toOtlpRequests, traceIdOf } from "./question-trace.mjs";

const runs = 5;
const sizes = [1_000, 10_000, 100_000];
const speedscope = "speedscope@1.25.0";

/** What each size has to reach. @type {Record<number, { drawnMs: number, fps: number, slow: number, detailMs: number, heapMb: number }>} */
const goals = {
  1000: { drawnMs: 600, fps: 58, slow: 0, detailMs: 40, heapMb: 25 },
  10000: { drawnMs: 700, fps: 58, slow: 0, detailMs: 40, heapMb: 30 },
  100000: { drawnMs: 1_000, fps: 55, slow: 0.02, detailMs: 50, heapMb: 60 },
};
const findGoalMs = 100;
/** What the columns tell, and what takes a look at the attributes of every span. */
const nameFind = 'name="retrieve.structured"';
const attributeFind = "retrieval.source=*part-00a1*";

/** @param {{ sizes?: readonly number[] }} [options] */
export async function benchTimeline({ sizes: wanted = sizes } = {}) {
  const signal = new AbortController().signal;
  const chromium = await requireChromium({ root, env: process.env, signal, onProgress: () => undefined });
  const shots = join(root, "test-results/bench-timeline");
  await mkdir(shots, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), "jiva-bench-timeline-"));
  try {
    await withHouse(async ({ openApp, appPid }) => {
      const address = await openApp();
      for (const count of wanted) await send(address, count);
      heading(`the page, medians of ${runs}`);
      for (const count of wanted) {
        const url = `${address}/runs/${traceIdOf(count)}`;
        printPage(
          count,
          await repeat((index) =>
            measurePage(chromium, url, index === 0 ? join(shots, `page-${count}.png`) : ""),
          ),
        );
      }
      heading(`the HTML file, opened from disk, medians of ${runs}`);
      for (const count of wanted) {
        const made = await fetchFile(address, appPid(), count, join(work, `gantt-${count}.html`));
        const opened = await repeat((index) =>
          measureFile(chromium, made.path, index === 0 ? join(shots, `file-${count}.png`) : ""),
        );
        printFile(count, made, opened);
      }
      const most = wanted.at(-1) ?? 0;
      await send(address, most + 1, "random");
      printFile(
        most + 1,
        await fetchFile(address, appPid(), most + 1, join(work, "random.html")),
        [],
        "random values",
      );
    });
    await benchPeer(chromium, wanted, work, shots);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @param {string} text */
function heading(text) {
  process.stdout.write(`\n${text}\n`);
}

/**
 * @template T
 * @param {(index: number) => Promise<T>} work
 */
async function repeat(work) {
  const results = [];
  for (let index = 0; index < runs; index++) results.push(await work(index));
  return results;
}

/**
 * Stores a trace by OTLP and waits until its run can be read.
 * @param {string} address
 * @param {number} count
 * @param {"usual" | "random"} [values]
 */
async function send(address, count, values = "usual") {
  // Recent, so that the time to live does not take it.
  const startMs = Date.now() - 3_600_000;
  for (const body of toOtlpRequests(makeQuestionTrace(count, { values }), { startMs })) {
    const response = await fetch(`${address}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    if (!response.ok) throw new Error(`The receiver answers ${response.status}: ${await response.text()}`);
  }
}

/**
 * @typedef {Awaited<ReturnType<typeof measurePage>>} PageFigures
 * @param {string} chromium
 * @param {string} url
 * @param {string} screenshot where to, or ""
 */
async function measurePage(chromium, url, screenshot) {
  return openBrowser(chromium, async (browser) => {
    const page = await browser.open(url);
    const drawnMs = await page.drawnMs();
    const heapMb = await page.heapMb();
    const zoom = await page.framesWhile("zoom");
    await page.press("0");
    const pan = await page.framesWhile("pan");
    await page.press("0");
    const details = await page.detailTimes();
    if (screenshot !== "") await page.screenshot(screenshot);
    const findName = await page.findMs(nameFind);
    const findAttribute = await page.findMs(attributeFind);
    return { drawnMs, heapMb, zoom, pan, details, findName, findAttribute };
  });
}

/**
 * @param {number} count
 * @param {readonly PageFigures[]} all
 */
function printPage(count, all) {
  const of = (/** @type {(one: PageFigures) => number} */ pick) => median(all.map(pick));
  const goal = goals[count];
  /** @param {boolean | undefined} isMet */
  const met = (isMet) => (isMet === undefined ? "" : isMet ? " (met)" : " (MISSED)");
  const drawn = of(({ drawnMs }) => drawnMs);
  const [pan, zoom] = [of((one) => one.pan.fps), of((one) => one.zoom.fps)];
  const slow = of((one) => Math.max(one.pan.slowShare, one.zoom.slowShare));
  const detail = of((one) => median(one.details));
  const heap = of(({ heapMb }) => heapMb);
  const find = of(({ findName }) => findName);
  const attribute = of(({ findAttribute }) => findAttribute);
  process.stdout.write(
    `${[
      `${String(count).padStart(7)} spans`,
      `drawn ${formatMs(drawn)}${met(goal && drawn <= goal.drawnMs)}`,
      `pan ${pan.toFixed(1)} / zoom ${zoom.toFixed(1)} fps${met(goal && Math.min(pan, zoom) >= goal.fps)}`,
      `frames over 20 ms ${(slow * 100).toFixed(1)} %${met(goal && slow <= goal.slow)}`,
      `click to detail ${formatMs(detail)}${met(goal && detail <= goal.detailMs)}`,
      `heap ${heap.toFixed(1)} MB${met(goal && heap <= goal.heapMb)}`,
      `find a name ${formatMs(find)}${met(find <= findGoalMs)}`,
      `an attribute ${formatMs(attribute)}${met(attribute <= findGoalMs)}`,
    ].join("  ")}\n`,
  );
}

/**
 * Has the server make the file, and looks meanwhile at its memory and at how long others wait.
 * @param {string} address
 * @param {number} pid of the app
 * @param {number} count
 * @param {string} path
 */
async function fetchFile(address, pid, count, path) {
  const beforeMb = await residentMb(pid);
  let maxMb = beforeMb;
  /** @type {number[]} */
  const waitsMs = [];
  let isDone = false;
  const others = (async () => {
    while (!isDone) {
      const startedMs = performance.now();
      await (await fetch(`${address}/api/health`)).arrayBuffer();
      waitsMs.push(performance.now() - startedMs);
      maxMb = Math.max(maxMb, await residentMb(pid));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const startedMs = performance.now();
  const response = await fetch(`${address}/api/runs/${traceIdOf(count)}/export?format=html`);
  if (!response.ok) throw new Error(`The export answers ${response.status}: ${await response.text()}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const takenMs = performance.now() - startedMs;
  isDone = true;
  await others;
  await writeFile(path, bytes);
  return { path, bytes: bytes.length, takenMs, extraMb: maxMb - beforeMb, waitsMs };
}

/** Resident memory, from /proc; NaN where there is none. @param {number} pid */
async function residentMb(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/**
 * @param {string} chromium
 * @param {string} path
 * @param {string} screenshot
 */
async function measureFile(chromium, path, screenshot) {
  return openBrowser(chromium, async (browser) => {
    const page = await browser.open(pathToFileURL(path).href);
    const drawnMs = await page.drawnMs();
    const heapMb = await page.heapMb();
    const details = await page.detailTimes();
    if (screenshot !== "") await page.screenshot(screenshot);
    const findName = await page.findMs(nameFind);
    const findAttribute = await page.findMs(attributeFind);
    return { drawnMs, heapMb, details, findName, findAttribute };
  });
}

/** The largest file and the longest opening, by size; the issue's names are with random values. */
const fileGoals = {
  smallBytes: 400e3,
  usualBytes: 5e6,
  randomBytes: 9e6,
  drawnMs: 800,
  madeMs: 5_000,
  extraMb: 200,
};

/**
 * @param {number} count
 * @param {Awaited<ReturnType<typeof fetchFile>>} made
 * @param {readonly Awaited<ReturnType<typeof measureFile>>[]} opened
 * @param {string} [remark]
 */
function printFile(count, made, opened, remark = "") {
  const goalBytes =
    remark !== "" ? fileGoals.randomBytes : count <= 1_000 ? fileGoals.smallBytes : fileGoals.usualBytes;
  const met = (/** @type {boolean} */ isMet) => (isMet ? " (met)" : " (MISSED)");
  const parts = [
    `${String(count).padStart(7)} spans${remark === "" ? "" : `, ${remark}`}`,
    `${(made.bytes / 1e6).toFixed(2)} MB${met(made.bytes <= goalBytes)}`,
    `made in ${formatMs(made.takenMs)}${met(made.takenMs <= fileGoals.madeMs)}`,
    `+${made.extraMb.toFixed(0)} MB of memory${met(made.extraMb <= fileGoals.extraMb)}`,
    `others wait p95 ${formatMs(quantile(made.waitsMs, 0.95))}`,
  ];
  if (opened.length > 0) {
    const drawn = median(opened.map(({ drawnMs }) => drawnMs));
    parts.push(
      `drawn ${formatMs(drawn)}${met(drawn <= fileGoals.drawnMs)}`,
      `first details ${formatMs(median(opened.map(({ details }) => details[0] ?? Number.NaN)))}`,
      `click to detail ${formatMs(median(opened.map(({ details }) => median(details))))}`,
      ...[
        ["find a name", median(opened.map(({ findName }) => findName))],
        ["an attribute", median(opened.map(({ findAttribute }) => findAttribute))],
      ].map(([what, ms]) => `${what} ${formatMs(Number(ms))}${met(Number(ms) <= findGoalMs)}`),
      `heap ${median(opened.map(({ heapMb }) => heapMb)).toFixed(1)} MB`,
    );
  }
  process.stdout.write(`${parts.join("  ")}\n`);
}

/**
 * speedscope on the Chrome form of the same traces: it draws one lane of them. Fetched when it is wanted: nobody
 * needs it to use or to test Jiva.
 * @param {string} chromium
 * @param {readonly number[]} wanted
 * @param {string} work
 * @param {string} shots
 */
async function benchPeer(chromium, wanted, work, shots) {
  heading(`${speedscope} on the same traces in Chrome's form, medians of ${runs}`);
  const args = [
    "install",
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefix",
    work,
    speedscope,
  ];
  const { code, output } = await run("npm", args, { cwd: work, limitMs: 120_000 });
  if (code !== 0) {
    process.stdout.write(`not measured: it could not be fetched (${output.trim().split("\n").at(-1)})\n`);
    return;
  }
  const release = join(work, "node_modules/speedscope/dist/release");
  const server = await serve(release, work);
  try {
    for (const count of wanted) {
      const name = `chrome-${count}.json`;
      await writeFile(join(work, name), toChromeTrace(makeQuestionTrace(count)));
      const { size } = await stat(join(work, name));
      const url = `${server.address}/index.html#profileURL=${encodeURIComponent(`/${name}`)}&title=peer`;
      const all = await repeat((index) =>
        openBrowser(chromium, async (browser) => {
          const page = await browser.open(url);
          const drawnMs = await page.peerDrawnMs();
          const heapMb = await page.heapMb();
          const zoom = await page.framesWhile("zoom");
          const pan = await page.framesWhile("pan");
          if (index === 0) await page.screenshot(join(shots, `speedscope-${count}.png`));
          return { drawnMs, heapMb, zoom, pan };
        }),
      );
      const of = (/** @type {(one: (typeof all)[number]) => number} */ pick) => median(all.map(pick));
      process.stdout.write(
        `${String(count).padStart(7)} spans  drawn ${formatMs(of((one) => one.drawnMs))}` +
          `  pan ${of((one) => one.pan.fps).toFixed(1)} / zoom ${of((one) => one.zoom.fps).toFixed(1)} fps` +
          `  heap ${of((one) => one.heapMb).toFixed(1)} MB  (${(size / 1e6).toFixed(1)} MB of JSON)\n`,
      );
    }
  } finally {
    server.close();
  }
}

const contentTypes = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/**
 * The files of two folders on a free port of 127.0.0.1.
 * @param {string[]} folders
 */
async function serve(...folders) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? "/").replace(/[?#].*$/, "")));
    for (const folder of folders) {
      const bytes = await readFile(join(folder, path)).catch(() => undefined);
      if (!bytes) continue;
      const type = contentTypes[/** @type {keyof typeof contentTypes} */ (extname(path))];
      response.writeHead(200, { "content-type": type ?? "application/octet-stream" }).end(bytes);
      return;
    }
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() };
}
