/**
 * A span of work that another thread or process did, as plain data on its way to the telemetry. Ids count from 0
 * within one job and mean nothing outside of it.
 */
export interface FinishedSpan {
  readonly id: number;
  /** Undefined: below the job's own span. */
  readonly parent: number | undefined;
  readonly name: string;
  /** Milliseconds since the epoch, with microseconds behind the point. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly error: { readonly name: string; readonly message: string } | undefined;
}
