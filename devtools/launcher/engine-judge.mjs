// @ts-check
/** When the engine has to be ended: the rules, without a clock, a process or a connection of their own. */

/**
 * What devtools/clickhouse/embedded/http/status.ts answers.
 * @typedef {object} EngineStatus
 * @property {number} list_waits_ms
 * @property {number} slot_waits_ms
 * @property {number} rss_bytes
 * @property {readonly StatementStatus[]} statements
 *
 * @typedef {object} StatementStatus
 * @property {string} id
 * @property {number} age_ms
 * @property {number} [cancelled_ms]
 * @property {string} [cause]
 * @property {boolean} is_slow_to_end
 * @property {number} memory_bytes
 * @property {string} text
 *
 * @typedef {object} Look one look at the engine, about once a second
 * @property {number} nowMs
 * @property {number} silentMs how long an answer has been waited for, while the watcher itself was on time
 * @property {EngineStatus | undefined} status what has been answered since the last look
 * @property {string | undefined} state of the process: T is stopped, D waits for a disk
 * @property {number | undefined} rssBytes
 *
 * @typedef {{ action: "kill", id: string, why: string }} KillVerdict KILL QUERY
 * @typedef {{ action: "end", reason: string, beganMs: number, detail?: string }} EndVerdict SIGKILL. `reason` is
 *   for everybody, `detail` (the statement) for the terminal
 *
 * @typedef {object} EngineLimits
 * @property {number} silentMs
 * @property {number} stoppedMs
 * @property {number} listMs
 * @property {number} killAgainMs
 * @property {number} cancelGraceMs
 * @property {number} slowCancelGraceMs
 * @property {number} lineMs
 * @property {number} memoryGraceMs
 */

/** @type {EngineLimits} */
export const engineLimits = {
  // The status came within 2.9 s at worst (1.4 s for 95 of 100) with 20 heavy statements on two cores, a load of 32.
  silentMs: 6_000,
  // Seen at two looks. Nobody but a person or a test stops a process; SIGCONT within a second undoes it.
  stoppedMs: 1_000,
  // The list waited for 5 s at worst while 12 statements that hang were being cancelled at once.
  listMs: 15_000,
  // One that was cancelled has mostly ended by then, and a second KILL QUERY does no harm.
  killAgainMs: 1_500,
  // Sorts, joins, regular expressions and inserts were gone within 1.2 s at worst, at the same load.
  // Four seconds, not more: a hang has to be over within 10 s of its start, the new start of the engine included.
  cancelGraceMs: 4_000,
  // A merge is not interrupted: an OPTIMIZE of 6 million rows went on for 5 s after its cancel.
  slowCancelGraceMs: 60_000,
  // No client queues longer than this for a statement's slot (the app: 30 s by default).
  lineMs: 60_000,
  // A statement that was killed gives its memory back within 1.2 s, see cancelGraceMs.
  memoryGraceMs: 3_000,
};

/** Beyond the limit by this much it is ended at once: killing a statement first would take too long. */
const farBeyond = 1.25;

/**
 * @param {object} options
 * @param {number} options.memoryBytes what the process may hold
 * @param {EngineLimits} [options.limits]
 */
export function createEngineJudge({ memoryBytes, limits = engineLimits }) {
  /** @type {Set<string>} */
  const killed = new Set();
  /** @type {number | undefined} */
  let stoppedSinceMs;
  /** @type {number | undefined} */
  let overSinceMs;

  /** @param {Look} look @returns {EndVerdict | undefined} */
  function judgeProcess({ nowMs, silentMs, state }) {
    stoppedSinceMs = state === "T" ? (stoppedSinceMs ?? nowMs) : undefined;
    if (stoppedSinceMs !== undefined && nowMs - stoppedSinceMs >= limits.stoppedMs) {
      return { action: "end", reason: "its process was stopped", beganMs: stoppedSinceMs };
    }
    if (silentMs >= limits.silentMs) {
      const reason = `it did not answer for ${seconds(limits.silentMs)}`;
      return { action: "end", reason, beganMs: nowMs - silentMs };
    }
    return undefined;
  }

  /** @param {Look} look @returns {KillVerdict | EndVerdict | undefined} */
  function judgeMemory({ nowMs, rssBytes, status }) {
    const bytes = rssBytes ?? status?.rss_bytes;
    if (bytes === undefined) return undefined;
    if (bytes <= memoryBytes) {
      overSinceMs = undefined;
      return undefined;
    }
    overSinceMs ??= nowMs;
    if (bytes > memoryBytes * farBeyond || nowMs - overSinceMs >= limits.memoryGraceMs) {
      const reason = `its memory of ${megabytes(bytes)} was over its limit of ${megabytes(memoryBytes)} (ENGINE_MEMORY_MB)`;
      return { action: "end", reason, beganMs: overSinceMs };
    }
    const [largest] = (status?.statements ?? [])
      .filter(({ memory_bytes, cancelled_ms }) => memory_bytes > 0 && cancelled_ms === undefined)
      .sort((a, b) => b.memory_bytes - a.memory_bytes);
    return largest && kill(largest, `it held the most memory, and the engine is over its limit`);
  }

  /** @param {Look} look @returns {KillVerdict | EndVerdict | undefined} */
  function judgeStatements({ nowMs, status }) {
    if (status === undefined) return undefined;
    if (status.list_waits_ms >= limits.listMs) {
      const reason = `its list of statements did not answer for ${seconds(limits.listMs)}`;
      return { action: "end", reason, beganMs: nowMs - status.list_waits_ms };
    }
    for (const id of killed)
      if (!status.statements.some((statement) => statement.id === id)) killed.delete(id);
    for (const statement of status.statements) {
      const { cancelled_ms: cancelledMs, is_slow_to_end: isSlow, cause, text } = statement;
      if (cancelledMs === undefined) continue;
      const graceMs = isSlow ? limits.slowCancelGraceMs : limits.cancelGraceMs;
      if (cancelledMs >= graceMs) {
        const reason = `a statement did not end within ${seconds(graceMs)} of being cancelled`;
        const detail = `${cause ?? "cancelled"}: ${text}`;
        return { action: "end", reason, detail, beganMs: nowMs - cancelledMs };
      }
    }
    const hanging = status.statements.find(
      ({ id, cancelled_ms }) => (cancelled_ms ?? 0) >= limits.killAgainMs && !killed.has(id),
    );
    if (hanging) return kill(hanging, "it was cancelled and has not ended");
    const [oldest] = [...status.statements].sort((a, b) => b.age_ms - a.age_ms);
    if (oldest && status.slot_waits_ms >= limits.lineMs && oldest.cancelled_ms === undefined) {
      return kill(oldest, `others have waited for its place for ${seconds(limits.lineMs)}`);
    }
    return undefined;
  }

  /**
   * Each statement once.
   * @param {StatementStatus} statement
   * @param {string} why
   * @returns {KillVerdict | undefined}
   */
  function kill({ id }, why) {
    if (killed.has(id)) return undefined;
    killed.add(id);
    return { action: "kill", id, why };
  }

  /**
   * What to do after a look, if anything.
   * @param {Look} look
   * @returns {KillVerdict | EndVerdict | undefined}
   */
  return (look) => judgeProcess(look) ?? judgeMemory(look) ?? judgeStatements(look);
}

/** @param {number} ms */
const seconds = (ms) => `${ms / 1_000} s`;
/** @param {number} bytes */
const megabytes = (bytes) => `${Math.round(bytes / 1024 / 1024)} MB`;
