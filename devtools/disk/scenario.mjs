// @ts-check
/** Runs in a mount namespace of its own; see run.mjs. A line `ok …` or `failed …` for each moment. */
import { fileURLToPath } from "node:url";
import { startJiva } from "../launcher/started-jiva.mjs";
import { readHealth, sendRun, upload } from "./calls.mjs";
import { compare, createLedger } from "./ledger.mjs";
import { moments } from "./moments.mjs";
import { mountSmallDisk } from "./small-disk.mjs";
import { until } from "./until.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const args = process.argv.slice(2);
const only = args.includes("--moment") ? args[args.indexOf("--moment") + 1] : undefined;
const chosen = moments.filter(({ name, isSmall }) =>
  only === undefined ? !args.includes("--small") || isSmall : name === only,
);

const disk = mountSmallDisk(256);
const temporary = mountSmallDisk(160);
const dataDir = `${disk.path}/data`;
const ledger = createLedger();
let number = 0;

/** @type {import("../launcher/started-jiva.mjs").StartedJiva | undefined} */
let jiva;
const running = () => {
  if (jiva === undefined) throw new Error("Jiva does not run");
  return jiva;
};

/** @type {import("./moments.mjs").Scene} */
const scene = {
  disk,
  temporary,
  ledger,
  dataDir,
  url: () => running().url,
  next: () => number++,
  async start() {
    jiva = await startJiva(root, { DATA_DIR: dataDir, TRACE_TTL_HOURS: "0", TMPDIR: temporary.path });
  },
  async stop() {
    const stopped = jiva;
    jiva = undefined;
    await stopped?.stop();
  },
  async kill() {
    const { launcher, enginePid, appPid } = running();
    jiva = undefined;
    for (const pid of [launcher.pid, enginePid, appPid]) {
      try {
        process.kill(-Number(pid), "SIGKILL");
      } catch {
        // It was started anew meanwhile, and ends with its launcher.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  },
};

/** Some data, on a disk with room. */
async function prepare() {
  if (jiva === undefined) await scene.start();
  const seed = scene.next();
  const stored = await upload(ledger, scene.url(), { name: `made-${seed}`, rows: 3_000, seed });
  const sent = await sendRun(ledger, scene.url(), scene.next(), 40);
  if (stored !== 200 || sent !== 200)
    throw new Error(`with room, an upload gives ${stored} and spans ${sent}`);
}

async function checkAfterwards() {
  disk.free();
  if (jiva !== undefined) {
    await until(
      "health is ok once there is room",
      async () => (await readHealth(scene.url())).status === "ok",
    );
    await compare(ledger, { url: scene.url(), dataDir });
    await scene.stop();
  }
  // Where an engine was killed with its launcher, its end may still be on its way: the start waits for it.
  await scene.start();
  await until("health is ok after a start", async () => (await readHealth(scene.url())).status === "ok");
  await compare(ledger, { url: scene.url(), dataDir });
}

let failures = 0;
for (const { name, play } of chosen) {
  const startedMs = Date.now();
  const elapsed = () => `${((Date.now() - startedMs) / 1000).toFixed(0)} s`;
  try {
    await prepare();
    await play(scene);
    await checkAfterwards();
    process.stdout.write(
      `ok ${name}, ${elapsed()}: ${ledger.tables.size} tables and ${ledger.runs.size} runs row by row\n`,
    );
  } catch (error) {
    failures++;
    process.stdout.write(`failed ${name}, ${elapsed()}: ${error instanceof Error ? error.stack : error}\n`);
    process.stdout.write(`${jiva?.output() ?? ""}\n`);
    // The next moment gets a disk with room, and what is lost is lost once.
    disk.free();
    await scene.stop().catch(() => undefined);
    ledger.tables.clear();
    ledger.runs.clear();
    break;
  }
}
await scene.stop();
temporary.remove();
disk.remove();
process.exit(failures === 0 ? 0 : 1);
