// @ts-check
/**
 * `npm run bench`: every benchmark, or those that are named: `npm run bench -- ask runs`. `ingest` (seven minutes),
 * `timeline` (eight) and `uploads` (two to six) run only when they are named; `--spans 1000000` sets the size of the first
 * two, `--megabytes 100` that of the large upload.
 */
import { parseArgs } from "node:util";
import { benchAsk } from "./ask.mjs";
import { benchIngest } from "./ingest.mjs";
import { benchLayout } from "./layout.mjs";
import { machineLine } from "./measure.mjs";
import { benchRuns } from "./runs.mjs";
import { benchShapes } from "./shapes.mjs";
import { benchStart } from "./start.mjs";
import { benchTimeline } from "./timeline.mjs";
import { benchUploads } from "./uploads.mjs";

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { spans: { type: "string" }, megabytes: { type: "string" } },
});

/** @type {Record<string, () => Promise<void>>} */
const benches = {
  start: benchStart,
  ask: benchAsk,
  runs: benchRuns,
  shapes: benchShapes,
  layout: benchLayout,
  ingest: () => benchIngest({ spans: Number(values.spans ?? 10_000_000) }),
  uploads: () => benchUploads({ megabytes: Number(values.megabytes ?? 1_000) }),
  timeline: () => benchTimeline(values.spans === undefined ? {} : { sizes: [Number(values.spans)] }),
};
const byName = new Set(["ingest", "timeline", "uploads"]);

const unknown = asked.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  process.stderr.write(`bench: no benchmark "${unknown}": take ${Object.keys(benches).join(", ")}\n`);
  process.exit(2);
}
process.stdout.write(`${machineLine()}\n`);
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length === 0 ? !byName.has(name) : asked.includes(name)) await bench();
}
process.exit();
