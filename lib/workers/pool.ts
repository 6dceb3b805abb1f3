import { totalmem } from "node:os";
import type { Writable } from "node:stream";
import type { FinishedSpan } from "@/lib/base/finished-span";
import { Cancelled, createGate } from "@/lib/base/tasks";
import type { Job, JobAnswer, JobRequest } from "./job";
import { startJobClock } from "./job-clock";
import { JobFailed } from "./job-failed";
import type { RunningJob } from "./lane";
import { createProcessLane } from "./process-lane";
import type { Spool } from "./spool";
import { createThreadLane } from "./thread-lane";

export interface JobLimits {
  /**
   * Of working time. The start of the thread or process does not count, nor does waiting for the caller.
   */
  readonly busyMs: number;
  /** Resident memory of a process. A thread's heap is bounded by the pool's `threadHeapBytes`. */
  readonly residentBytes: number;
}

/** The span of a job, as far as the pool needs it. */
interface JobSpan {
  readonly traceparent: string | undefined;
  /** Says what kind of place it got, how long it waited for that, and the most memory that its process held. */
  set(fact: "kind" | "waitedMs" | "peakRssBytes", value: string | number): void;
  /** Records what the job timed, below its span. */
  record(spans: readonly FinishedSpan[]): void;
}

/** Runs `work` inside a span; lib/telemetry has it. */
export type TraceJob = <T>(job: string, work: (span: JobSpan) => Promise<T>) => Promise<T>;

export interface PoolOptions {
  /** The module that jobs run in: the bundle of a file that calls `serveJobs` and exports its result. */
  readonly file: string;
  readonly limits?: Partial<JobLimits>;
  readonly threadHeapBytes?: number;
  /** Jobs of one kind that run at once, and that wait. */
  readonly threads?: number;
  readonly processes?: number;
  readonly line?: number;
  readonly trace?: TraceJob;
}

interface RunOptions<Message> {
  /** Ends the job: a thread is terminated, a process killed. */
  readonly signal: AbortSignal;
  /** The file that the job reads. Nothing is written to it any more. */
  readonly file?: Pick<Spool, "file" | "bytes">;
  readonly onMessage?: (message: Message) => void | Promise<void>;
  /** Gets the bytes that a process writes; is ended after the last one, destroyed with the error otherwise. */
  readonly output?: Writable;
  readonly limits?: Partial<JobLimits>;
}

export interface Pool {
  readonly limits: JobLimits;
  /**
   * Runs a job and gives its result. Rejects with the signal's reason, a TooBusy where the line is full, or a
   * JobFailed; in each case once nothing of the job is left, so that its file may be closed.
   */
  run<Input, Output, Message>(
    job: Job<Input, Output, Message>,
    input: Input,
    options: RunOptions<Message>,
  ): Promise<Output>;
  /** Ends every job and all threads and processes. */
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;

/**
 * Two processes use two cores. Threads wait for their callers as well, so there are more of them. A form of files
 * holds one place at a time, so a line of this length is not met in practice.
 */
const defaults = { threads: 4, processes: 2, line: 256, threadHeapBytes: 512 * mebibyte };
/**
 * A table of 1 GiB is scanned in 10 s. Measured with Parquet: 190 MiB for pages of 20 columns, and 600 for those of
 * 1,000 columns.
 */
const defaultLimits: JobLimits = {
  busyMs: 120_000,
  residentBytes: Math.min(1024 * mebibyte, Math.max(512 * mebibyte, totalmem() / 8)),
};

/** A thread or a process takes a tenth of a second to start, and a few seconds on a machine that has no time. */
const startLimitMs = 60_000;

export function createPool(options: PoolOptions): Pool {
  const { file, threads, processes, line, threadHeapBytes } = { ...defaults, ...options };
  const poolLimits = { ...defaultLimits, ...options.limits };
  const trace = options.trace ?? ((_job, work) => work(untraced));
  const threadLane = createThreadLane({ file, places: threads, heapBytes: threadHeapBytes });
  const lanes = {
    thread: { ...threadLane, gate: createGate({ places: threads, line }) },
    process: { ...createProcessLane(file), gate: createGate({ places: processes, line }) },
  };
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  async function runJob<Message>(
    job: Job<unknown, unknown, Message>,
    input: unknown,
    options: RunOptions<Message>,
    span: JobSpan,
  ): Promise<unknown> {
    const limits = { ...poolLimits, ...options.limits };
    const { gate, run } = lanes[job.kind];
    const over = new AbortController();
    const signal = AbortSignal.any([options.signal, closing.signal, over.signal]);
    const queued = performance.now();
    span.set("kind", job.kind);
    let messages = 0;
    let isStarted = false;
    const lane: RunningJob = {
      onStarted: () => {
        isStarted = true;
      },
      output: options.output,
      limitBytes: limits.residentBytes,
      onPeak: (bytes) => span.set("peakRssBytes", bytes),
      async onMessage(message) {
        messages++;
        try {
          await options.onMessage?.(message as Message);
        } catch (error) {
          over.abort(error);
          throw error;
        } finally {
          messages--;
        }
      },
    };
    const { file: source } = options;
    const isWaiting = () => !isStarted || messages > 0 || options.output?.writableNeedDrain === true;

    const answer = await gate.run(signal, async () => {
      span.set("waitedMs", Math.round(performance.now() - queued));
      const stop = startJobClock(limits.busyMs, isWaiting, () =>
        over.abort(new JobFailed("time", `The job took more than ${limits.busyMs} ms.`)),
      );
      const unstarted = setTimeout(() => {
        if (!isStarted) over.abort(new JobFailed("died", `The job did not start within ${startLimitMs} ms.`));
      }, startLimitMs);
      try {
        return await run(requestOf(job.name, input, source, span.traceparent), signal, lane);
      } finally {
        stop();
        clearTimeout(unstarted);
      }
    });
    span.record(answer.spans);
    return resultOf(answer);
  }

  return {
    limits: poolLimits,
    async run(job, input, options) {
      const { output } = options;
      // The caller hears of a failure from here; the stream's own event may find no listener any more.
      output?.on("error", () => undefined);
      const work = trace(job.name, (span) => runJob(job, input, options, span));
      running.add(work);
      try {
        const value = await work;
        output?.end();
        return value as never;
      } catch (error) {
        output?.destroy(error instanceof Error ? error : new Error(String(error)));
        throw error;
      } finally {
        running.delete(work);
      }
    },
    async close() {
      closing.abort(new Cancelled("The app is stopping."));
      await Promise.allSettled(running);
      await threadLane.close();
    },
  };
}

function requestOf(
  job: string,
  input: unknown,
  source: RunOptions<never>["file"],
  traceparent: string | undefined,
): JobRequest {
  const file = source && { fd: source.file.fd, bytes: source.bytes };
  return { job, input, traceparent, file };
}

function resultOf(answer: JobAnswer): unknown {
  if (answer.ok) return answer.value;
  throw new JobFailed("error", answer.error.message, answer.error.name);
}

const untraced: JobSpan = { traceparent: undefined, set: () => undefined, record: () => undefined };
