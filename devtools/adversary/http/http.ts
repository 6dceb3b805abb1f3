import { residentOfFamily } from "../boundary/memory";
import { faultOfReason } from "../boundary/outcome";
import { seedKeeper } from "../boundary/try-format";
import { type HealthRecord, sayHealth, watchHealth } from "../live/health-watch";
import { type NamedFile, sendSpans, upload } from "../live/send";
import { leftovers, listedDatasets, storedUnder } from "../live/stored";
import { startTried, type TriedJiva } from "../live/tried-jiva";
import { type Mutation, mutationOf } from "../mutate/mutate";
import type { Options } from "../options";
import { Random, seedOf } from "../random";
import { differenceOf } from "../seeds/compare";
import { endings, type Format, isUploadFormat, type UploadFormat } from "../seeds/seed";
import type { Verdict } from "../verdict";
import { proveSpanSeeds } from "./span-seeds";

/** An answer to one file or request. */
const limitMs = 10_000;
const filesOfForm = 10;
/** Names are used again, so that the store does not grow with the number of inputs. */
const namesOfFormat = 30;
/** A version that was replaced is removed a minute later. */
const graceMs = 75_000;
const maxGrowth = 0.1;

/** What was acknowledged last under a dataset's name; "unknown" where the answer was none. */
type Acknowledged = Map<string, Told | "unknown">;
interface Told {
  readonly rows: number | undefined;
  readonly passages: number | undefined;
}

/** The same inputs through HTTP against a really started Jiva. */
export async function proveHttp(root: string, options: Options, verdict: Verdict): Promise<void> {
  const tried = await startTried(root);
  try {
    const before = { app: tried.appPid(), engine: tried.enginePid() };
    verdict.note(`app ${before.app}, engine ${before.engine}`);
    const samples = new Set((await listedDatasets(tried.url)).map(({ name }) => name));
    const idle = await idleHealth(tried.url, options.isLong ? 10_000 : 2_000);
    const stopWatch = watchHealth(tried.url);

    const acknowledged: Acknowledged = new Map();
    await proveUploadSeeds(tried, root, options, verdict, acknowledged);
    await proveSpanSeeds(tried, root, options, verdict);
    await proveMutations(tried, root, options, verdict, acknowledged);

    proveHealth(await stopWatch(), idle, verdict);
    await proveStored(tried, samples, acknowledged, options, verdict);
    const after = { app: tried.appPid(), engine: tried.enginePid() };
    if (before.app === after.app && before.engine === after.engine) {
      verdict.passed("app and engine are the processes that they were");
    } else verdict.failed("app and engine are the processes that they were", JSON.stringify(after));
  } finally {
    await tried.stop();
  }
}

async function idleHealth(url: string, forMs: number): Promise<HealthRecord> {
  const stop = watchHealth(url);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  return await stop();
}

function proveHealth(record: HealthRecord, idle: HealthRecord, verdict: Verdict): void {
  const what = "health answers within a second all the while";
  if (record.bad.length === 0) verdict.passed(what);
  else verdict.failed(what, `${record.bad.length} times not: ${record.bad.slice(0, 3).join("; ")}`);
  verdict.note(`health ${sayHealth(record)}; idle ${sayHealth(idle)}`);
}

async function proveUploadSeeds(
  tried: TriedJiva,
  root: string,
  options: Options,
  verdict: Verdict,
  acknowledged: Acknowledged,
): Promise<void> {
  const seedsOf = seedKeeper(options.seed, root);
  for (const format of options.formats.filter(isUploadFormat)) {
    const seeds = seedsOf(format);
    const what = `${seeds.length} valid ${format} files are stored exactly`;
    const { status, files, text } = await upload(tried.url, seeds, seeds.length * limitMs);
    const wrong: string[] = status === 200 ? [] : [`the form was answered ${status}: ${text.slice(0, 500)}`];
    for (const [at, { name, expected }] of seeds.entries()) {
      const file = files[at];
      if (file?.status !== "stored" || file.dataset === undefined) {
        wrong.push(`${name}: ${file?.reason ?? "no answer"}`);
        continue;
      }
      acknowledged.set(file.dataset, { rows: file.rows, passages: file.passages });
      const stored = await storedUnder(tried, file.dataset);
      const difference = stored ? differenceOf(expected, stored) : "nothing is stored";
      if (difference !== undefined) wrong.push(`${name}: ${difference}`);
    }
    if (wrong.length === 0) verdict.passed(what);
    for (const why of wrong) verdict.failed(what, why);
  }
}

/** Formats in turn, so that the first thousand inputs are like the last. */
function workList(options: Options): { format: Format; index: number }[] {
  const sent = options.formats.filter((format) => format !== "jaeger" && format !== "chrome");
  return Array.from({ length: options.counts.http }, (_, index) =>
    sent.map((format) => ({ format, index })),
  ).flat();
}

async function proveMutations(
  tried: TriedJiva,
  root: string,
  options: Options,
  verdict: Verdict,
  acknowledged: Acknowledged,
): Promise<void> {
  const seedsOf = seedKeeper(options.seed, root);
  const work = workList(options);
  const what = `${options.counts.http} mutations of each format over HTTP`;
  const appPid = tried.appPid();
  const counts = { taken: 0, refused: 0 };
  let faults = 0;
  const fail = (format: Format, index: number, why: string) => {
    faults++;
    verdict.failed(
      what,
      `${why}\n          npm run test:adversary -- --format ${format} --seed ${options.seed} --only ${index}`,
    );
  };
  let [tried1000Bytes, done] = [0, 0];
  const firstMark = Math.min(1_000, Math.ceil(work.length / 2));

  const sendForm = async (form: readonly (Mutation & { format: UploadFormat })[]) => {
    const files = form.map(
      ({ format, index, bytes }): NamedFile => ({
        name: `adversary ${format} ${index % namesOfFormat}.${endings[format]}`,
        bytes,
      }),
    );
    const [first] = form;
    if (!first) return;
    const unanswered = (why: string) => {
      const others = form.slice(1).map(({ format, index }) => `${format} ${index}`);
      fail(first.format, first.index, `${why}; in the same form: ${others.join(", ")}`);
      for (const { name } of files) acknowledged.set(name.replace(/\.\w+$/, ""), "unknown");
    };
    try {
      const answer = await upload(tried.url, files, files.length * limitMs);
      if (answer.files.length !== files.length) {
        unanswered(`a form was answered ${answer.status}: ${answer.text.slice(0, 300)}`);
        return;
      }
      for (const [at, { format, index }] of form.entries()) {
        const file = answer.files[at];
        if (file?.status === "stored" && file.dataset !== undefined) {
          counts.taken++;
          acknowledged.set(file.dataset, { rows: file.rows, passages: file.passages });
          continue;
        }
        counts.refused++;
        const fault = faultOfReason(file?.reason ?? "");
        if (fault !== undefined) fail(format, index, `${fault}: ${JSON.stringify(file?.reason)}`);
      }
    } catch (error) {
      unanswered(`a form had no answer: ${String(error)}`);
    }
  };

  const sendTrace = async (format: "otlp-json" | "otlp-protobuf", { index, bytes }: Mutation) => {
    try {
      const { status, text, ms } = await sendSpans(tried.url, format, bytes, limitMs);
      if (status === 200) counts.taken++;
      else if (status >= 400 && status < 500) counts.refused++;
      else fail(format, index, `the answer was ${status}: ${text.slice(0, 300)}`);
      if (ms > limitMs / 2) fail(format, index, `the answer took ${Math.round(ms)} ms`);
    } catch (error) {
      fail(format, index, `there was no answer: ${String(error)}`);
    }
  };

  let form: (Mutation & { format: UploadFormat })[] = [];
  for (const { format, index } of new Random(seedOf("http", options.seed)).shuffled(work)) {
    const mutation = mutationOf(seedsOf, format, options.seed, index);
    if (isUploadFormat(format)) {
      // One form holds a name once: the second file of a name is refused for that alone.
      const isTaken = form.some(
        (each) => each.format === format && (each.index - index) % namesOfFormat === 0,
      );
      if (form.length >= filesOfForm || isTaken) {
        await sendForm(form);
        form = [];
      }
      form.push({ ...mutation, format });
    } else if (format === "otlp-json" || format === "otlp-protobuf") await sendTrace(format, mutation);
    done++;
    if (done === firstMark && appPid !== undefined) tried1000Bytes = residentOfFamily(appPid);
  }
  await sendForm(form);
  const lastBytes = appPid === undefined ? 0 : residentOfFamily(appPid);
  const growth = lastBytes / tried1000Bytes - 1;
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  const memory = `the app and its workers: ${mb(tried1000Bytes)} → ${mb(lastBytes)} MB (${(growth * 100).toFixed(1)} %)`;
  if (options.isLong && growth > maxGrowth) {
    verdict.failed("memory after the last 1,000 inputs as after the first", memory);
  }
  if (faults === 0)
    verdict.passed(`${what}: ${counts.taken} taken, ${counts.refused} refused with a sentence`);
  verdict.note(`${memory}; Jaeger and Chrome files are opened in the browser only: nothing to send`);
}

async function proveStored(
  tried: TriedJiva,
  samples: ReadonlySet<string>,
  acknowledged: Acknowledged,
  options: Options,
  verdict: Verdict,
): Promise<void> {
  const what = "stored is what was acknowledged, and nothing of what was refused";
  if (options.isLong) await new Promise((resolve) => setTimeout(resolve, graceMs));
  const listed = (await listedDatasets(tried.url)).filter(({ name }) => !samples.has(name));
  const wrong = listed
    .filter(({ name, rows, kind }) => {
      const told = acknowledged.get(name);
      if (told === "unknown") return false;
      return told === undefined || (kind === "table" ? told.rows !== rows : told.passages !== rows);
    })
    .map(
      ({ name, rows }) => `${name} (${rows}) is listed, ${JSON.stringify(acknowledged.get(name))} was told`,
    );
  const names = new Set(listed.map(({ name }) => name));
  for (const name of acknowledged.keys())
    if (!names.has(name)) wrong.push(`${name} was stored and is not there`);
  const { lost, retired } = await leftovers(tried);
  if (lost.length > 0) wrong.push(`${lost.length} versions belong to nothing, such as ${lost[0]}`);
  if (options.isLong && retired > 0) wrong.push(`${retired} retired versions are there after their minute`);
  // The app's own spans are stored all the time, each statement within moments.
  const running = await tried.engine.query({
    query: "SELECT query FROM system.processes WHERE elapsed > 10 LIMIT 1",
    format: "JSONEachRow",
  });
  for (const { query } of await running.json<{ query: string }>()) {
    wrong.push(`a statement runs on: ${query.slice(0, 200)}`);
  }
  if (wrong.length === 0) verdict.passed(`${what}: ${listed.length} datasets`);
  for (const why of wrong) verdict.failed(what, why);
}
