import type { FinishedSpan } from "@/lib/base/finished-span";

/**
 * A job as its caller names it. `kind` says where it runs: text formats in a thread, which shares the process and
 * is quick to start; binary formats in a process of their own, because Node's limits for threads count neither
 * buffers nor native memory and a decoder's crash would take the app along.
 */
export interface Job<Input, Output, Message = never> {
  readonly name: string;
  readonly kind: "thread" | "process";
  /** Never set: carries the types from the definition to the caller. */
  readonly types?: { readonly input: Input; readonly output: Output; readonly message: Message };
}

/** Input, output and messages have to be structured-cloneable. */
export function defineJob<Input, Output, Message = never>(
  name: string,
  kind: "thread" | "process",
): Job<Input, Output, Message> {
  return { name, kind };
}

/** The file that a job reads, as the job sees it. Everything here blocks the job's own thread or process. */
export interface JobBytes {
  /** All bytes of the file. */
  size(): number;
  /** `length` bytes from `position`; fewer only at the file's end. */
  read(position: number, length: number): Uint8Array;
  /** The file in pieces from the first byte on. A piece is overwritten by the next one. */
  pieces(): Generator<{ readonly position: number; readonly bytes: Uint8Array }>;
  /** Replaces bytes that have been read. */
  replace(position: number, bytes: Uint8Array): void;
}

/** What a running job may use. */
export interface JobContext<Message> {
  readonly bytes: JobBytes;
  /** W3C trace context of the job's span, where it is recorded. */
  readonly traceparent: string | undefined;
  /** Hands a message to the caller and waits until it has been dealt with. */
  emit(message: Message): Promise<void>;
  /** Hands bytes to the caller's `output`; blocks while the caller is not ready for them. Processes only. */
  write(bytes: Uint8Array): void;
  /** Times a part of the work: a span below the job's own, or below the span that is open. */
  span<T>(name: string, work: (span: JobPart) => T | Promise<T>): Promise<T>;
}

export interface JobPart {
  set(name: string, value: string | number | boolean): void;
}

export type JobCode<Input, Output, Message> = (
  input: Input,
  context: JobContext<Message>,
) => Output | Promise<Output>;

/** A job together with its code, for `serveJobs`. */
export interface ServedJob {
  readonly job: Job<unknown, unknown, unknown>;
  readonly code: JobCode<never, unknown, never>;
}

export function serveJob<Input, Output, Message>(
  job: Job<Input, Output, Message>,
  code: JobCode<Input, Output, Message>,
): ServedJob {
  return { job, code: code as JobCode<never, unknown, never> };
}

/* What goes between the caller and the job's thread or process. */

export interface JobRequest {
  readonly job: string;
  readonly input: unknown;
  readonly traceparent: string | undefined;
  /** Undefined where the job reads no file. */
  readonly file: { readonly fd: number; readonly bytes: number } | undefined;
}

export type JobAnswer = (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly name: string; readonly message: string } }
) & { readonly spans: readonly FinishedSpan[] };

export type FromJob =
  /** Its thread or process is there: what comes now is the job's own time. */
  | { readonly type: "started" }
  | { readonly type: "message"; readonly message: unknown }
  | { readonly type: "answer"; readonly answer: JobAnswer };

export type ToJob =
  | { readonly type: "run"; readonly request: JobRequest; readonly hasOutput: boolean }
  /** The last message has been dealt with. */
  | { readonly type: "taken" };
