import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import type { FromJob, JobAnswer, JobRequest, ToJob } from "./job";
import { JobFailed } from "./job-failed";
import type { LaneRun, RunningJob } from "./lane";

export interface ThreadLaneOptions {
  /** The bundle, whose default export is what `serveJobs` gives. */
  readonly file: string;
  readonly places: number;
  /** The JavaScript heap of one thread. Buffers are outside it: jobs bound those by their own input. */
  readonly heapBytes: number;
}

/** Threads that have nothing to do for this long are ended. */
const idleMs = 30_000;
/** A thread that is ended stops within milliseconds; a file is not closed under one that has not. */
const endLimitMs = 5_000;

export interface ThreadLane {
  readonly run: LaneRun;
  close(): Promise<void>;
}

export function createThreadLane({ file, places, heapBytes }: ThreadLaneOptions): ThreadLane {
  const pool = new Piscina({
    filename: file,
    minThreads: 0,
    maxThreads: places,
    idleTimeout: idleMs,
    recordTiming: false,
    // A thread that blocks between its jobs would not close the last one's channel.
    atomics: "disabled",
    // Nothing of the app's settings is for them.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(heapBytes / (1024 * 1024)), stackSizeMb: 4 },
  });
  // A thread that fails while it does nothing; the next job gets another one.
  pool.on("error", (error: unknown) => console.error("A worker thread failed while idle:", error));

  return {
    async run(request: JobRequest, signal: AbortSignal, running: RunningJob): Promise<JobAnswer> {
      const { port1, port2 } = new MessageChannel();
      const ended = closeOf(port1);
      port1.on("message", (message: FromJob) => {
        if (message.type === "started") return running.onStarted();
        if (message.type !== "message") return;
        void running.onMessage(message.message).then(
          () => port1.postMessage({ type: "taken" } satisfies ToJob),
          // The caller ends the job by its signal.
          () => undefined,
        );
      });
      try {
        return (await pool.run({ request, port: port2 }, { transferList: [port2], signal })) as JobAnswer;
      } catch (error) {
        // Closes the channel where no thread has got its end yet; does nothing where one has.
        port2.close();
        throw threadFailure(error, signal);
      } finally {
        // The thread's end of the channel closes with the job, or with the thread.
        await within(endLimitMs, ended);
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}

function threadFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new JobFailed("memory", "The thread took more memory than it may.");
  }
  return new JobFailed("died", error instanceof Error ? error.message : String(error));
}

function closeOf(port: MessagePort): Promise<void> {
  return new Promise((resolve) => port.once("close", resolve));
}

function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
