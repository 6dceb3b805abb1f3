// @ts-check
/** How long a sample question takes over HTTP, and what recording its spans costs. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { postJson, root, withHouse } from "./house.mjs";
import { median, printTimes } from "./measure.mjs";

const rounds = 12;

export async function benchAsk() {
  const questions = JSON.parse(await readFile(join(root, "sample/questions.json"), "utf8")).filter(
    (/** @type {{ mode: string }} */ { mode }) => mode !== "refused",
  );
  await withHouse(async ({ openApp }) => {
    const traced = await openApp();
    await postJson(traced, "/api/samples", {});
    // Any text switches the SDK off: every span is then a no-op.
    const untraced = await openApp({ OTEL_SDK_DISABLED: "1" });

    /** @type {Record<string, number[]>} */
    const taken = { traced: [], untraced: [] };
    /** @type {number[]} */
    const ratios = [];
    for (let round = -2; round < rounds; round++) {
      for (const { question } of questions) {
        /** @type {[string, string][]} */
        const pair = [
          ["traced", traced],
          ["untraced", untraced],
        ];
        // The order turns each round, so that neither always meets what the other has warmed.
        if (round % 2 !== 0) pair.reverse();
        /** @type {Record<string, number>} */
        const once = {};
        for (const [name, address] of pair) {
          const startedMs = performance.now();
          await postJson(address, "/api/ask", { question });
          once[name] = performance.now() - startedMs;
        }
        if (round < 0) continue;
        taken.traced?.push(once.traced ?? 0);
        taken.untraced?.push(once.untraced ?? 0);
        ratios.push((once.traced ?? 0) / (once.untraced ?? 1));
      }
    }
    printTimes("a sample question, traced", taken.traced ?? [], 150);
    printTimes("a sample question, not traced", taken.untraced ?? []);
    const cost = (median(ratios) - 1) * 100;
    process.stdout.write(
      `tracing costs ${cost.toFixed(1)} % (median of ${ratios.length} pairs)  goal ≤ 5 %: ${cost <= 5 ? "met" : "missed"}\n`,
    );
  });
}
