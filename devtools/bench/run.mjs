// @ts-check
/**
 * `npm run bench`: every benchmark, or those that are named: `npm run bench -- ask runs`. `ingest` (seven minutes)
 * and `timeline` (eight) run only when they are named; `--spans 1000000` sets the size of theirs.
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

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { spans: { type: "string" } },
});

/** @type {Record<string, () => Promise<void>>} */
const benches = {
  start: benchStart,
  ask: benchAsk,
  runs: benchRuns,
  shapes: benchShapes,
  layout: benchLayout,
  ingest: () => benchIngest({ spans: Number(values.spans ?? 10_000_000) }),
  timeline: () => benchTimeline(values.spans === undefined ? {} : { sizes: [Number(values.spans)] }),
};
const byName = new Set(["ingest", "timeline"]);

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
