import { createProcessLane } from "../process-lane";
import { spin } from "./job-names";

/** A process that runs a job which never ends, says which process that is in, and waits to be killed. */
const request = { job: spin("process").name, input: null, traceparent: undefined, file: undefined };
void createProcessLane(process.argv[2] ?? "").run(request, new AbortController().signal, {
  onMessage: async (message) => void process.send?.(message),
  onStarted: () => undefined,
  output: undefined,
  limitBytes: 512 * 1024 * 1024,
  onPeak: () => undefined,
});
