// @ts-check
/** How much memory the embedded engine's process may hold: ENGINE_MEMORY_MB, else by the machine. */
import { totalmem } from "node:os";
import { CannotStart } from "./settings.mjs";

const megabyte = 1024 * 1024;
/** An engine without any work holds 270 MB (measured); below this the sample data and a question do not fit. */
export const minEngineMemoryMb = 1_024;
const maxEngineMemoryMb = 16 * 1_048_576;

/**
 * In bytes. Two thirds of the machine, or of the container's limit where that is less: the rest is for the app,
 * the system and its cache of files. Throws CannotStart where the setting is wrong.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {number}
 */
export function parseEngineMemory(env) {
  const text = env.ENGINE_MEMORY_MB || undefined;
  if (text === undefined) {
    return Math.max(minEngineMemoryMb * megabyte, Math.floor((machineMemory() * 2) / 3));
  }
  const given = Number(text);
  if (!Number.isInteger(given) || given < minEngineMemoryMb || given > maxEngineMemoryMb) {
    throw new CannotStart(
      `ENGINE_MEMORY_MB must be a whole number of at least ${minEngineMemoryMb}, not "${text}".`,
    );
  }
  return given * megabyte;
}

/** What this machine has, or what the container that we run in may have of it. */
function machineMemory() {
  const total = totalmem();
  // 0 or a number beyond any machine where there is no limit.
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(total, limit) : total;
}
