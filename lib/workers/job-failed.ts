/**
 * Why a job has no result: `error` its code threw, `memory` and `time` it went over a limit and was ended, `died`
 * its thread or process ended by itself.
 */
export type JobFailure = "error" | "memory" | "time" | "died";

/** The job has no result, and everything that it held is gone. Its caller and the other jobs are unharmed. */
export class JobFailed extends Error {
  static readonly className = "JobFailed";
  override readonly name = JobFailed.className;
  constructor(
    readonly failure: JobFailure,
    message: string,
    /** Of an `error`: the class that the job's code threw. */
    readonly errorName: string = "Error",
  ) {
    super(message);
  }
}
