import { AsyncLocalStorage } from "node:async_hooks";
import type { FinishedSpan } from "@/lib/base/finished-span";
import type { JobPart } from "./job";

/** A job that opens more has its first ones kept: they travel in one message. */
const maxSpans = 200;

/** Collects the spans of one job. */
export function collectSpans() {
  const open = new AsyncLocalStorage<number>();
  const finished: FinishedSpan[] = [];
  let count = 0;

  async function span<T>(name: string, work: (span: JobPart) => T | Promise<T>): Promise<T> {
    const id = count++;
    const parent = open.getStore();
    const startMs = nowMs();
    const attributes: Record<string, string | number | boolean> = {};
    let failure: FinishedSpan["error"];
    try {
      return await open.run(id, () =>
        work({
          set: (key, value) => {
            attributes[key] = value;
          },
        }),
      );
    } catch (error) {
      failure = errorData(error);
      throw error;
    } finally {
      if (id < maxSpans) {
        finished.push({ id, parent, name, startMs, endMs: nowMs(), attributes, error: failure });
      }
    }
  }
  return { span, finished };
}

export function errorData(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: "Error", message: String(error) };
}

/** Threads and processes start their clocks at different times; the calendar is the same. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
