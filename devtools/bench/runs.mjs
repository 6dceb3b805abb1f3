// @ts-check
/** How fast a million stored spans are listed and one of their runs is opened. */
import { getJson, withHouse } from "./house.mjs";
import { madeSpans } from "./made-spans.mjs";
import { printTimes, timesOf } from "./measure.mjs";

const spans = 1_000_000;
const spansPerTrace = 100;

export async function benchRuns() {
  await withHouse(async ({ openApp, sql }) => {
    const address = await openApp();
    const startedMs = performance.now();
    await sql(madeSpans({ total: spans, spansPerTrace }), { max_execution_time: "600" });
    const seconds = (performance.now() - startedMs) / 1_000;
    process.stdout.write(`${spans} spans, ${spansPerTrace} a trace, stored in ${seconds.toFixed(1)} s\n`);

    const list = await timesOf({ times: 40 }, () => getJson(`${address}/api/runs?limit=50`));
    printTimes("runs list, first page", list, 60);

    const { runs } = await getJson(`${address}/api/runs?limit=50`);
    const open = await timesOf({ times: 40 }, (index) => {
      const { run_id } = runs[(index + runs.length) % runs.length];
      return fetch(`${address}/api/runs/${encodeURIComponent(run_id)}/spans`, {
        headers: { accept: "application/vnd.jiva.spans" },
      }).then((response) => response.arrayBuffer());
    });
    printTimes("a run of 100 spans, its data", open, 60);
  });
}
