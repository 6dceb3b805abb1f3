import { createHistogram } from "node:perf_hooks";

/** Between two turns of the event loop, in milliseconds: 1 where nothing holds it up. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Measures the event loop of this process, in stretches between `enable` and `disable`. As monitorEventLoopDelay
 * does, which cannot be used here: it counts the time between two stretches as a delay (Node 20).
 */
export function watchLoop() {
  const histogram = createHistogram();
  let timer: NodeJS.Timeout | undefined;
  let beforeNs = 0n;
  const record = () => {
    const nowNs = process.hrtime.bigint();
    histogram.record(nowNs - beforeNs);
    beforeNs = nowNs;
  };
  const toMs = (ns: number) => Math.round(ns / 1e5) / 10;
  return {
    enable() {
      beforeNs = process.hrtime.bigint();
      timer = setInterval(record, 1);
    },
    disable() {
      clearInterval(timer);
      record();
    },
    read: (): LoopDelay => ({
      p50: toMs(histogram.percentile(50)),
      p99: toMs(histogram.percentile(99)),
      max: toMs(histogram.max),
    }),
  };
}

/** The same while nothing is done: what the machine and its other work cost by themselves. */
export async function idleLoopDelay(forMs: number): Promise<LoopDelay> {
  const loop = watchLoop();
  loop.enable();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  loop.disable();
  return loop.read();
}

export function sayDelay({ p50, p99, max }: LoopDelay): string {
  return `p50 ${p50}, p99 ${p99}, max ${max} ms`;
}
