/**
 * Why a job has no result: `error` its code threw, `memory` and `time` it went over a limit and was ended, `died`
 * its thread or process ended by itself.
 */
export type JobFailure = "error" | "memory" | "time" | "died";

/** The job has no result, and everything that it held is gone. Its caller and the other jobs are unharmed. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  constructor(
    readonly failure: JobFailure,
    message: string,
    /** Of an `error`: the class that the job's code threw. */
    readonly errorName: string = "Error",
  ) {
    super(message);
  }
}

/** By its name: the app's bundles can hold this class more than once. */
export function isJobFailed(error: unknown): error is JobFailed {
  return error instanceof Error && error.name === "JobFailed";
}
