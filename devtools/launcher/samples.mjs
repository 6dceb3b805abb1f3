// @ts-check
import { withLimit } from "./limit.mjs";
import { addressOf } from "./settings.mjs";

/** Measured at 2–3 s; a busy machine gets its time. */
const limitMs = 180_000;

/**
 * Asks the app to load the sample data where the database is untouched, and shows how far it is. A failure is
 * said and survived: Jiva works without its samples.
 *
 * @param {object} options
 * @param {import("./settings.mjs").Settings} options.settings
 * @param {import("./report.mjs").Report} options.report
 * @param {AbortSignal} options.signal
 */
export async function loadSamples({ settings, report, signal }) {
  const step = report.step("looking at the data");
  try {
    await withLimit({ limitMs, signal }, (limited) => askForSamples(settings, step, limited));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    step.failed(signal.aborted ? "stopped" : `the sample data is not loaded: ${reason}`);
  }
}

/**
 * @param {import("./settings.mjs").Settings} settings
 * @param {import("./report.mjs").Step} step
 * @param {AbortSignal} signal
 */
async function askForSamples(settings, step, signal) {
  const response = await fetch(`${addressOf(settings)}/api/samples`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      "x-jiva-request": "1",
      ...(settings.apiToken && { authorization: `Bearer ${settings.apiToken}` }),
    },
    body: JSON.stringify({ if_untouched: true }),
    signal,
  });
  if (!response.ok || response.body === null) {
    throw new Error(`the app answers ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === "progress") step.progress(`sample ${data.file}, ${data.done} of ${data.total} files`);
    if (event === "error") throw new Error(String(data.detail ?? "unknown error"));
    if (event === "done") {
      step.done(data.loaded === true ? `sample data loaded: ${contents(data)}` : "as it was");
      return;
    }
  }
  throw new Error("the app ended its answer too early");
}

/** @param {Record<string, unknown>} done */
function contents({ tables, documents, rows, passages }) {
  return `${tables} tables with ${rows} rows, ${documents} documents with ${passages} passages`;
}

/**
 * The events of a stream of server-sent events, each with its JSON.
 * @param {AsyncIterable<Uint8Array>} body
 * @returns {AsyncGenerator<{ event: string, data: Record<string, unknown> }>}
 */
export async function* eventsOf(body) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    rest = (rest + decoder.decode(bytes, { stream: true })).replace(/\r\n/g, "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
      if (data.length === 0) continue;
      const event =
        lines
          .find((line) => line.startsWith("event:"))
          ?.slice(6)
          .trim() ?? "message";
      yield { event, data: JSON.parse(data.join("\n")) };
    }
  }
}
