import { paths } from "@/lib/api/paths";

/** How health answered while something else went on. */
export interface HealthRecord {
  readonly asked: number;
  /** Answers that were not 200, or none within the limit. */
  readonly bad: readonly string[];
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const everyMs = 100;
/** Right is an answer within a second. */
const limitMs = 1_000;

/** Asks for health ten times a second, from outside, until it is stopped. */
export function watchHealth(url: string) {
  const latencies: number[] = [];
  const bad: string[] = [];
  let isStopped = false;
  const asking = (async () => {
    while (!isStopped) {
      const startedMs = performance.now();
      try {
        const response = await fetch(url + paths.health, { signal: AbortSignal.timeout(10 * limitMs) });
        const text = await response.text();
        const ms = performance.now() - startedMs;
        latencies.push(ms);
        if (response.status !== 200) bad.push(`${response.status} ${text.slice(0, 200)}`);
        else if (ms > limitMs) bad.push(`only after ${Math.round(ms)} ms`);
      } catch (error) {
        bad.push(String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async (): Promise<HealthRecord> => {
    isStopped = true;
    await asking;
    const sorted = [...latencies].sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) / 10;
    return { asked: latencies.length + bad.length, bad, p50: at(0.5), p99: at(0.99), max: at(1) };
  };
}

export function sayHealth({ asked, p50, p99, max }: HealthRecord): string {
  return `${asked} answers, p50 ${p50}, p99 ${p99}, max ${max} ms`;
}
