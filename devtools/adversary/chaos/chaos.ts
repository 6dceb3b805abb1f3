import { leftovers, listedDatasets } from "../live/stored";
import { startTried, type TriedJiva } from "../live/tried-jiva";
import type { Options } from "../options";
import { Random, seedOf } from "../random";
import type { Verdict } from "../verdict";
import { fileContent, type LoadRecord, spansOfBatch, startLoad } from "./load";
import { doMischief, type Mischief, mischiefs, prepareMischief } from "./mischief";
import { type Recovery, watchRecovery } from "./recovery";

/** Within this time everything is back; where the short form runs, CI, others may use the machine as well. */
const backLimitMs = ({ isLong }: Options) => (isLong ? 10_000 : 20_000);
/** What is not back by then never will be. */
const hopelessMs = 45_000;
/** Little enough that it can be exhausted beside other work, and more than the engine needs. */
const engineMemoryMb = "2048";

interface Event {
  readonly mischief: Mischief;
  readonly recovery: Recovery;
}

/** Bad days one after the other, under questions, spans and uploads. */
export async function proveChaos(root: string, options: Options, verdict: Verdict): Promise<void> {
  const tried = await startTried(root, {
    ENGINE_MEMORY_MB: engineMemoryMb,
    ...(options.withoutWatcher && { JIVA_ENGINE_WATCH: "0" }),
  });
  try {
    const samples = new Set((await listedDatasets(tried.url)).map(({ name }) => name));
    await prepareMischief(tried);
    const stopLoad = startLoad(tried.url, options.seed);
    const events = await runEvents(tried, root, options, verdict);
    const record = await stopLoad();
    proveEvents(events, options, verdict);
    proveAnswers(record, verdict);
    // An engine that is not back cannot say what it holds.
    if (events.length === options.counts.chaos) await proveNothingLost(tried, record, samples, verdict);
  } catch (error) {
    verdict.failed(
      "the bad days were got through",
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    verdict.note(tried.jiva.output().slice(-2_000));
  } finally {
    await tried.stop();
  }
}

async function runEvents(
  tried: TriedJiva,
  root: string,
  options: Options,
  verdict: Verdict,
): Promise<Event[]> {
  const random = new Random(seedOf("chaos", options.seed));
  const events: Event[] = [];
  // Each kind at least once, also in a short run.
  const kinds = Array.from(
    { length: options.counts.chaos },
    (_, at) => mischiefs[at] ?? random.pick(mischiefs),
  );
  for (const [at, mischief] of random.shuffled(kinds).entries()) {
    await new Promise((resolve) => setTimeout(resolve, random.below(1_500)));
    const { over } = await doMischief(mischief, tried, root);
    const recovery = await watchRecovery(tried, hopelessMs, over);
    events.push({ mischief, recovery });
    const { backMs, lies } = recovery;
    if (backMs === undefined || backMs > backLimitMs(options) || lies.length > 0) {
      verdict.note(
        `event ${at}, ${mischief}: ${backMs === undefined ? "not back" : `back after ${backMs} ms`} ${lies.join("; ")}`,
      );
    }
    if (backMs === undefined) {
      events.pop();
      verdict.failed(`all is back after “${mischief}”`, "it never was");
      verdict.note(tried.jiva.output().slice(-1_500));
      break;
    }
  }
  return events;
}

function proveEvents(events: readonly Event[], options: Options, verdict: Verdict): void {
  const limitMs = backLimitMs(options);
  for (const mischief of mischiefs) {
    const some = events.filter((event) => event.mischief === mischief);
    if (some.length === 0) continue;
    const what = `${some.length} times “${mischief}”: all is back within ${limitMs / 1_000} s`;
    const late = some.filter(({ recovery: { backMs } }) => backMs === undefined || backMs > limitMs);
    const lies = some.flatMap(({ recovery }) => recovery.lies);
    if (late.length > 0) verdict.failed(what, `${late.length} times not`);
    if (lies.length > 0)
      verdict.failed(`health tells the truth after “${mischief}”`, `${lies.length} times not: ${lies[0]}`);
    const times = some.flatMap(({ recovery: { backMs } }) => backMs ?? []).sort((a, b) => a - b);
    const half = times[Math.floor(times.length / 2)];
    if (late.length === 0 && lies.length === 0) verdict.passed(`${what}, and health tells the truth`);
    verdict.note(`back after ${half} ms for half of them, ${times.at(-1)} ms at most`);
  }
  const missing = options.counts.chaos - events.length;
  if (missing > 0) verdict.failed("every event was got over", `${missing} could not be tried any more`);
}

function proveAnswers({ answers, faults }: LoadRecord, verdict: Verdict): void {
  const what = "no answer but what a bad day excuses (200, 429, 503, 504, none)";
  if (faults.length === 0) verdict.passed(what);
  for (const fault of faults) verdict.failed(what, fault);
  verdict.note(
    [...answers]
      .sort()
      .map(([answer, count]) => `${answer}: ${count}`)
      .join(", "),
  );
}

async function proveNothingLost(
  tried: TriedJiva,
  record: LoadRecord,
  samples: ReadonlySet<string>,
  verdict: Verdict,
): Promise<void> {
  const spans = `all of ${record.acknowledgedTraces.size * spansOfBatch} acknowledged spans are stored, and no batch by half`;
  const stored = await storedBatches(tried);
  const wrong: string[] = [];
  for (const traceId of record.acknowledgedTraces) if (!stored.has(traceId)) wrong.push(`${traceId} is lost`);
  for (const [traceId, count] of stored) {
    if (count !== spansOfBatch) wrong.push(`${traceId} has ${count} of ${spansOfBatch} spans`);
    if (!record.sentTraces.has(traceId)) wrong.push(`${traceId} was never sent`);
  }
  if (wrong.length === 0) verdict.passed(spans);
  for (const why of wrong) verdict.failed(spans, why);

  const files = `all of ${record.acknowledgedFiles.size} acknowledged files are stored, and none by half`;
  const listed = (await listedDatasets(tried.url)).filter(({ name }) => !samples.has(name));
  const names = new Set(listed.map(({ name }) => name));
  const faults: string[] = [];
  for (const number of record.acknowledgedFiles) {
    if (!names.has(fileContent(number).name)) faults.push(`${fileContent(number).name} is lost`);
  }
  const sums = await storedSums(tried);
  for (const { name, rows } of listed) {
    const number = Number(/^chaos (\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (!(number < record.sentFiles)) faults.push(`${name} was never sent`);
    const wanted = fileContent(number);
    const found = sums.get(name);
    if (rows !== wanted.rows || found?.rows !== wanted.rows || found.sum !== wanted.sum) {
      faults.push(
        `${name} has ${rows} rows, in truth ${JSON.stringify(found)}: ${wanted.rows} with ${wanted.sum} were sent`,
      );
    }
  }
  if (faults.length === 0) verdict.passed(files);
  for (const why of faults) verdict.failed(files, why);
  const { lost } = await leftovers(tried);
  verdict.note(
    `${lost.length} versions of files that were cut off wait for the next start, which takes them away`,
  );
}

/** Spans of each of our traces, each counted once however often it was sent. */
async function storedBatches({ engine }: TriedJiva): Promise<Map<string, number>> {
  const result = await engine.query({
    query: `SELECT TraceId AS id, uniqExact(SpanId) AS spans FROM otel_traces.otel_traces
            WHERE ServiceName = 'chaos' GROUP BY TraceId`,
    format: "JSONEachRow",
  });
  return new Map(
    (await result.json<{ id: string; spans: string }>()).map(({ id, spans }) => [id, Number(spans)]),
  );
}

async function storedSums({ engine }: TriedJiva): Promise<Map<string, { rows: number; sum: number }>> {
  const live = await engine.query({
    query: "SELECT name, source FROM datasets FINAL WHERE deleted = 0 AND startsWith(name, 'chaos ')",
    format: "JSONEachRow",
  });
  const sums = new Map<string, { rows: number; sum: number }>();
  for (const { name, source } of await live.json<{ name: string; source: string }>()) {
    const result = await engine.query({
      query: `SELECT count() AS rows, sum(value) AS sum FROM ${source}`,
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ rows: string; sum: string }>();
    sums.set(name, { rows: Number(row?.rows), sum: Number(row?.sum) });
  }
  return sums;
}
