import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { FromJob, JobAnswer, JobRequest, ToJob } from "./job";
import { JobFailed } from "./job-failed";
import type { LaneRun, RunningJob } from "./lane";
import { watchMemory } from "./resident-memory";
import { fileDescriptor, outputDescriptor } from "./serve-jobs";

/** Of what a process said last, such as V8's reason for giving up. */
const keptErrorChars = 2_000;

/** Runs each job in a new process of the bundle, which ends with it. */
export function createProcessLane(file: string): { readonly run: LaneRun } {
  return {
    async run(request, signal, running) {
      signal.throwIfAborted();
      const child = start(file, request, running);
      const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
      const kill = () => {
        child.kill("SIGKILL");
        // Nobody may be reading it any more, and the process counts as closed only once it is.
        child.stdio[outputDescriptor]?.destroy();
      };
      signal.addEventListener("abort", kill, { once: true });
      let isOverMemory = false;
      const memory =
        child.pid === undefined
          ? undefined
          : watchMemory(child.pid, running.limitBytes, () => {
              isOverMemory = true;
              kill();
            });
      try {
        const moved = moveOutput(child, running.output);
        const answer = await answerOf(child, request, running);
        // All rows are in the caller's stream before the answer is given.
        await moved;
        return answer;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (isOverMemory) throw overMemory();
        throw error;
      } finally {
        signal.removeEventListener("abort", kill);
        memory?.stop();
        if (memory?.peakBytes !== undefined) running.onPeak(memory.peakBytes);
        kill();
        await closed;
      }
    },
  };
}

function start(file: string, request: JobRequest, { limitBytes, output }: RunningJob): ChildProcess {
  // V8 collects harder before it comes near the limit, and gives its own reason where that does not help.
  const heapMb = Math.max(64, Math.floor((limitBytes / (1024 * 1024)) * 0.75));
  const stdio: ("ignore" | "pipe" | "ipc" | number)[] = ["ignore", "ignore", "pipe"];
  stdio[fileDescriptor] = request.file?.fd ?? "ignore";
  stdio[outputDescriptor] = output ? "pipe" : "ignore";
  return spawn(process.execPath, [`--max-old-space-size=${heapMb}`, file], {
    stdio: [...stdio, "ipc"],
    serialization: "advanced",
    // Nothing of the app's settings is for it: no token, no address of the database.
    env: { NODE_ENV: "production" },
  });
}

/** Sends the request and waits for its answer; rejects with a JobFailed where the process ends without one. */
function answerOf(child: ChildProcess, request: JobRequest, running: RunningJob): Promise<JobAnswer> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-keptErrorChars);
    });
    child.on("message", (message: FromJob) => {
      if (message.type === "started") return running.onStarted();
      if (message.type === "answer") return resolve(message.answer);
      // A failure ends the job by its signal.
      running.onMessage(message.message).then(() => tell({ type: "taken" }), reject);
    });
    child.once("error", reject);
    child.once("close", (code, ended) => {
      if (/JavaScript heap out of memory|Array buffer allocation failed/.test(said)) reject(overMemory());
      else
        reject(new JobFailed("died", `It ended with ${ended ?? `exit code ${code}`}. ${said.trim()}`.trim()));
    });
    const tell = (message: ToJob) => {
      // The process may have ended: that is found out above.
      if (child.connected) child.send(message, () => undefined);
    };
    const inChild = request.file && { ...request.file, fd: fileDescriptor };
    tell({ type: "run", request: { ...request, file: inChild }, hasOutput: running.output !== undefined });
  });
}

function overMemory(): JobFailed {
  return new JobFailed("memory", "The process took more memory than it may.");
}

/** Moves what the process writes into `output`, as fast as that takes it; does not end it. */
async function moveOutput(child: ChildProcess, output: Writable | undefined): Promise<void> {
  if (!output) return;
  const source = child.stdio[outputDescriptor] as Readable;
  // The reader may stop early: then the process has nobody to write for.
  output.once("close", () => source.destroy());
  await new Promise<void>((resolve, reject) => {
    source.once("end", resolve).once("close", resolve).once("error", reject);
    source.pipe(output, { end: false });
  });
}
