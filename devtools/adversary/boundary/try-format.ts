import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { mutationOf } from "../mutate/mutate";
import { makeSeeds } from "../seeds/make-seeds";
import { type Format, isUploadFormat, type Seed } from "../seeds/seed";
import { idleLoopDelay, type LoopDelay, watchLoop } from "./loop-delay";
import { residentOfFamily } from "./memory";
import { faultOfReason, type Outcome } from "./outcome";
import { readTrace } from "./traces";
import { openUploadReader } from "./uploads";

/** What one format's inputs did to the parsers. */
export interface FormatReport {
  readonly format: Format;
  readonly count: number;
  readonly taken: number;
  readonly refused: number;
  /** Inputs that did what none may do. */
  readonly faults: readonly { readonly index: number; readonly what: string; readonly fault: string }[];
  /** Jobs of the pool that failed, by how: all of them refused their own file. */
  readonly failures: readonly (readonly [what: string, count: number])[];
  readonly slowest: { readonly index: number; readonly ms: number };
  /** Resident bytes of this process and all it started: after the first tenth, after the last, at most. */
  readonly firstBytes: number;
  readonly lastBytes: number;
  readonly peakBytes: number;
  readonly idle: LoopDelay;
  readonly loop: LoopDelay;
}

/**
 * An answer has to come within this time (cases/trust: 10 s for a file; a span request is decoded in the app's own
 * thread, where health has to be answered within 1 s).
 */
const limitMs = (format: Format) => (isUploadFormat(format) ? 10_000 : 1_000);
/** As many as the pool has threads: all of them have to be started before their memory is compared. */
const filesAtOnce = 4;
const inputsOfBatch = 50;
const shownFaults = 40;
const samplePeakMs = 100;

export function seedKeeper(seed: number, root: string): (format: Format) => readonly Seed[] {
  const kept = new Map<Format, readonly Seed[]>();
  return (format) => {
    const seeds = kept.get(format) ?? makeSeeds(format, seed, root);
    kept.set(format, seeds);
    return seeds;
  };
}

/** The parsers of a format. What `read` throws is a crash of the input's making. */
export function openReader(format: Format, root: string) {
  if (!isUploadFormat(format)) {
    return {
      read: async (_name: string, bytes: Uint8Array): Promise<Outcome> => readTrace(format, bytes).outcome,
      failures: new Map<string, number>(),
      close: async () => undefined,
    };
  }
  return openUploadReader(join(root, "dist/workers.mjs"));
}

export interface Trial {
  readonly format: Format;
  readonly seed: number;
  readonly count: number;
  /** Inputs that are read before anything is measured. */
  readonly warmUp: number;
  /** Of the repository. */
  readonly root: string;
}

/** Tries `count` inputs. `onInput` is called before each, so that one that ends the process is known by its number. */
export async function tryFormat(
  { format, seed, count, warmUp, root }: Trial,
  onInput: (index: number) => void,
): Promise<FormatReport> {
  const seedsOf = seedKeeper(seed, root);
  const reader = openReader(format, root);
  const ending = seedsOf(format)[0]?.name.replace(/^[^.]*/, "") ?? "";
  const faults: FormatReport["faults"][number][] = [];
  let [taken, refused, firstBytes, peakBytes] = [0, 0, 0, 0];
  let slowest = { index: -1, ms: 0 };
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentOfFamily(process.pid));
  }, samplePeakMs);
  sampler.unref();
  const idle = await idleLoopDelay(1_000);
  const loop = watchLoop();

  const tryOne = async (index: number, bytes: Uint8Array, what: string) => {
    const fault = (text: string) => {
      if (faults.length < shownFaults) faults.push({ index, what, fault: text });
    };
    onInput(index);
    const startedMs = performance.now();
    try {
      const outcome = await reader.read(`input ${index}${ending}`, bytes);
      if (outcome.kind === "taken") taken++;
      else {
        refused++;
        const wrong = faultOfReason(outcome.reason);
        if (wrong !== undefined)
          fault(`the reason is no sentence, ${wrong}: ${JSON.stringify(outcome.reason)}`);
      }
    } catch (error) {
      fault(`it threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    const ms = performance.now() - startedMs;
    if (ms > slowest.ms) slowest = { index, ms };
    if (ms > limitMs(format)) fault(`it took ${Math.round(ms)} ms`);
  };

  const atOnce = isUploadFormat(format) ? filesAtOnce : 1;
  // Inputs that are not among the counted ones: every thread is started, code is compiled and caches are full then.
  let warmed = 0;
  const warm = async () => {
    while (warmed < warmUp) {
      const { index, bytes } = mutationOf(seedsOf, format, seed, 2 * count + warmed++);
      onInput(index);
      await reader.read(`warm up ${index}${ending}`, bytes).catch(() => undefined);
      await turn();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, warm));
  for (let from = 0; from < count; from += inputsOfBatch) {
    const batch = Array.from({ length: Math.min(inputsOfBatch, count - from) }, (_, at) =>
      mutationOf(seedsOf, format, seed, from + at),
    );
    // Making the inputs is our own work, not that of what is measured.
    await turn();
    loop.enable();
    const waiting = batch.values();
    const worker = async () => {
      for (const { index, bytes, what } of waiting) {
        await tryOne(index, bytes, what);
        await turn();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    loop.disable();
    if (firstBytes === 0 && from + inputsOfBatch >= count / 10) firstBytes = await settledBytes();
  }
  const lastBytes = await settledBytes();
  clearInterval(sampler);
  await reader.close();
  return {
    failures: [...reader.failures],
    format,
    count,
    taken,
    refused,
    faults,
    slowest,
    firstBytes,
    lastBytes,
    peakBytes,
    idle,
    loop: loop.read(),
  };
}

/** After some collections: what is resident then is held. One alone leaves what was made last. */
async function settledBytes(): Promise<number> {
  for (let times = 0; times < 5; times++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return residentOfFamily(process.pid);
}
