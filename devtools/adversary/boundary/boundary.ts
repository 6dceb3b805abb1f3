import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Options } from "../options";
import type { Format } from "../seeds/seed";
import type { Verdict } from "../verdict";
import { sayDelay } from "./loop-delay";
import type { FormatReport } from "./try-format";

export type FromTrial =
  | { readonly type: "at"; readonly index: number }
  | { readonly type: "done"; readonly report: FormatReport };

/** An input without an answer after this long has hung its process: the slowest valid one takes seconds. */
const hangMs = 60_000;
/** What the app with its workers may hold at most while it reads these inputs, of 2.5 MB at most. */
const maxPeakBytes = 2 * 1024 ** 3;
/**
 * Inputs that are read before the memory is compared, for each that counts. Four threads of the pool held 151 MB after
 * 2,000 inputs of NDJSON, 168 after 6,000 and 180 after 20,000: each warms up by itself.
 */
const warmUpShare = 0.5;
/** The share by which memory may be larger after the last tenth of the inputs than after the first. */
const maxGrowth = 0.1;

/** Each format in a process of its own, which stands for the app; one after the other. */
export async function proveBoundary(options: Options, verdict: Verdict): Promise<void> {
  for (const format of options.formats) await proveFormat(format, options, verdict);
}

async function proveFormat(format: Format, options: Options, verdict: Verdict): Promise<void> {
  const count = options.counts.boundary;
  const what = `${count} mutations of ${format} at the parser`;
  const { report, lastIndex, end } = await runTrial(
    format,
    count,
    options.seed,
    options.isLong ? count * warmUpShare : 0,
  );
  const repeat = (index: number) =>
    `npm run test:adversary -- --format ${format} --seed ${options.seed} --only ${index}`;
  if (!report) {
    verdict.failed(what, `the process ${end} at input ${lastIndex}: ${repeat(lastIndex)}`);
    return;
  }
  const faults = report.faults.map(
    ({ index, what: made, fault }) => `${fault}\n          (${made})\n          ${repeat(index)}`,
  );
  const { taken, refused, slowest, firstBytes, lastBytes, peakBytes } = report;
  const growth = lastBytes / firstBytes - 1;
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  if (options.isLong && growth > maxGrowth)
    faults.push(`memory grew from ${mb(firstBytes)} to ${mb(lastBytes)} MB`);
  if (peakBytes > maxPeakBytes) faults.push(`memory rose to ${mb(peakBytes)} MB`);
  if (taken + refused < count && faults.length === 0) faults.push(`only ${taken + refused} were tried`);
  for (const fault of faults) verdict.failed(what, fault);
  if (faults.length === 0) {
    verdict.passed(
      `${what}: ${taken} taken, ${refused} refused, slowest ${Math.round(slowest.ms)} ms (${slowest.index})`,
    );
  }
  const percent = `${growth >= 0 ? "+" : ""}${(growth * 100).toFixed(1)} %`;
  verdict.note(`memory ${mb(firstBytes)} → ${mb(lastBytes)} MB (${percent}), at most ${mb(peakBytes)} MB`);
  const failures = report.failures.map(([how, times]) => `${how} ${times}`).join(", ");
  if (failures !== "") verdict.note(`jobs that failed: ${failures}`);
  const where = format === "jaeger" || format === "chrome" ? " (in the browser: a worker's own)" : "";
  verdict.note(`event loop ${sayDelay(report.loop)}; idle ${sayDelay(report.idle)}${where}`);
}

interface TrialEnd {
  readonly report: FormatReport | undefined;
  readonly lastIndex: number;
  /** How the process ended, where it gave no report. */
  readonly end: string;
}

function runTrial(format: Format, count: number, seed: number, warmUp: number): Promise<TrialEnd> {
  return new Promise((resolve) => {
    const child = fork(
      fileURLToPath(import.meta.url),
      ["--trial", format, ...[count, seed, warmUp].map(String)],
      {
        // What is compared is what is held. The collector can be called, and young generations stay small: each thread's
        // would grow by up to 48 MB at some time or other, and malloc keeps as much for each thread.
        execArgv: ["--expose-gc", "--max-semi-space-size=1", "--enable-source-maps"],
        env: { ...process.env, MALLOC_ARENA_MAX: "2" },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      },
    );
    let report: FormatReport | undefined;
    let lastIndex = -1;
    let hasHung = false;
    const hung = () => {
      hasHung = true;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(hung, hangMs);
    child.on("message", (message: FromTrial) => {
      clearTimeout(timer);
      timer = setTimeout(hung, hangMs);
      if (message.type === "at") lastIndex = message.index;
      else report = message.report;
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const end = hasHung
        ? `gave no answer for ${hangMs / 1_000} s`
        : `ended (${signal ?? `exit code ${code}`})`;
      resolve({ report, lastIndex, end });
    });
  });
}
