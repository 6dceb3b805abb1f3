import { closeSync, writeSync } from "node:fs";
import { isMainThread, type MessagePort, Worker } from "node:worker_threads";
import type { FromJob, JobAnswer, JobContext, JobRequest, ServedJob, ToJob } from "./job";
import { jobBytes } from "./job-bytes";
import { collectSpans, errorData } from "./job-spans";

/** Where a child process finds the file that it reads and the pipe that it writes to. */
export const fileDescriptor = 3;
export const outputDescriptor = 4;

/** What a thread is started with, by the pool. */
export interface ThreadTask {
  readonly request: JobRequest;
  readonly port: MessagePort;
}

/**
 * Makes the module that calls this one that jobs run in. In a thread the answer is the function that the pool
 * calls, which the module has to export as its default; a process waits for its one request.
 */
export function serveJobs(jobs: readonly ServedJob[]): (task: ThreadTask) => Promise<JobAnswer> {
  if (isMainThread) serveProcess(jobs);
  return async ({ request, port }) => {
    const taken = waitForEach(port);
    try {
      port.postMessage({ type: "started" } satisfies FromJob);
      return await runJob(jobs, request, {
        emit: (message) => taken(() => port.postMessage({ type: "message", message } satisfies FromJob)),
        write: () => {
          throw new Error("A job in a thread has no output. Emit messages, or run it in a process.");
        },
      });
    } finally {
      // The pool takes this for the end of everything that the job does with its file.
      port.close();
    }
  };
}

function serveProcess(jobs: readonly ServedJob[]): void {
  // The group of the app is asked to end as a whole; this process ends when its caller says so, or is gone.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
  process.once("disconnect", () => process.exit(1));
  watchParent();
  const taken = waitForEach(process);
  process.on("message", (message: ToJob) => {
    if (message.type !== "run") return;
    void send({ type: "started" });
    void runJob(jobs, message.request, {
      emit: (value) => taken(() => void send({ type: "message", message: value })),
      write: (bytes) => writeAll(bytes),
    }).then(async (answer) => {
      // The output's end, which is what its reader waits for.
      if (message.hasOutput) closeSync(outputDescriptor);
      // The caller ends this process: one that ends by itself may do so before its answer has been read.
      await send({ type: "answer", answer });
    });
  });
}

function send(message: FromJob): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) return reject(new Error("The process has no channel to its caller."));
    process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}

async function runJob(
  jobs: readonly ServedJob[],
  request: JobRequest,
  ways: Pick<JobContext<unknown>, "emit" | "write">,
): Promise<JobAnswer> {
  const spans = collectSpans();
  try {
    const served = jobs.find(({ job }) => job.name === request.job);
    if (!served) throw new Error(`No job is called ${request.job}. Build the workers anew.`);
    const { traceparent } = request;
    const context = { ...ways, bytes: jobBytes(request.file), traceparent, span: spans.span };
    const value = await served.code(request.input as never, context as JobContext<never>);
    return { ok: true, value, spans: spans.finished };
  } catch (error) {
    return { ok: false, error: errorData(error), spans: spans.finished };
  }
}

/** Posts one message at a time, each once the one before has been taken. */
function waitForEach(source: {
  on(event: "message", listener: (message: ToJob) => void): unknown;
}): (post: () => void) => Promise<void> {
  const waiting: (() => void)[] = [];
  source.on("message", (message) => {
    if (message.type === "taken") waiting.shift()?.();
  });
  return (post) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      post();
    });
}

function writeAll(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(outputDescriptor, bytes, done, bytes.length - done);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      // The pipe is full and does not block on this system.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/**
 * A decoder that never comes back to its event loop would not see that its caller has been killed. A thread sees
 * it: the process then has another parent.
 */
function watchParent(): void {
  // Known before the thread runs: the caller may be gone by then.
  const code = `setInterval(() => process.ppid !== ${process.ppid} && process.kill(process.pid, "SIGKILL"), 500)`;
  new Worker(code, { eval: true }).unref();
}
