// @ts-check
/** `npm run bench`: every benchmark, or those that are named: `npm run bench -- ask runs`. */
import { benchAsk } from "./ask.mjs";
import { machineLine } from "./measure.mjs";
import { benchRuns } from "./runs.mjs";
import { benchStart } from "./start.mjs";

/** @type {Record<string, () => Promise<void>>} */
const benches = { start: benchStart, ask: benchAsk, runs: benchRuns };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  process.stderr.write(`bench: no benchmark "${unknown}": take ${Object.keys(benches).join(", ")}\n`);
  process.exit(2);
}
process.stdout.write(`${machineLine()}\n`);
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
process.exit();
