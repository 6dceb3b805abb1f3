import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Between two looks a decoder that fills memory as fast as it can adds some 100 MB (measured). */
const lookMs = 50;

const run = promisify(execFile);

export interface MemoryWatch {
  /** The most that was seen, or undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
  stop(): void;
}

/** Watches a process's resident memory, all of it: buffers and native memory too, which V8's limits do not count. */
export function watchMemory(pid: number, limitBytes: number, onOver: () => void): MemoryWatch {
  let peakBytes: number | undefined;
  let isStopped = false;
  const look = async () => {
    const bytes = await residentBytes(pid);
    if (isStopped) return;
    if (bytes !== undefined) peakBytes = Math.max(peakBytes ?? 0, bytes);
    if (bytes !== undefined && bytes > limitBytes) onOver();
    else timer = setTimeout(look, lookMs);
  };
  let timer = setTimeout(look, lookMs);
  return {
    get peakBytes() {
      return peakBytes;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** The resident memory of a process; undefined where it has ended or the system does not tell. */
async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    if (process.platform === "linux") {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      return kilobytes(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    }
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)], { timeout: 2_000 });
    return kilobytes(stdout.trim());
  } catch {
    return undefined;
  }
}

function kilobytes(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) * 1024 : undefined;
}
