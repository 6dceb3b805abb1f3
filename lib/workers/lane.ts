import type { Writable } from "node:stream";
import type { JobAnswer, JobRequest } from "./job";

/** What a lane tells the pool about a running job, and asks of it. */
export interface RunningJob {
  /** Settles once the message has been dealt with. */
  readonly onMessage: (message: unknown) => Promise<void>;
  onStarted(): void;
  readonly output: Writable | undefined;
  /** The job's resident memory, where it runs in a process of its own. */
  readonly limitBytes: number;
  onPeak(bytes: number): void;
}

/**
 * Runs one job to its end. Rejects with the signal's reason or a JobFailed, in either case once nothing of the job
 * is left.
 */
export type LaneRun = (request: JobRequest, signal: AbortSignal, running: RunningJob) => Promise<JobAnswer>;
