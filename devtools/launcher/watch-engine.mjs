// @ts-check
/**
 * Looks at the embedded engine about once a second, from outside and by its status, and says when it has to be
 * ended. It ends nothing itself but single statements.
 */
import { request } from "node:http";
import { createEngineJudge, engineLimits } from "./engine-judge.mjs";
import { processState } from "./process-state.mjs";

/**
 * @typedef {object} EngineAddress
 * @property {string} url
 * @property {string} user
 * @property {string} password
 */

const lookEveryMs = 1_000;
/** A look that comes this much late says that the machine is short of time, or was asleep: it does not count. */
const lateMs = 500;
/** Twelve statements of 200 characters are 5 kB. */
const maxStatusBytes = 256 * 1024;
const killLimitMs = 3_000;

/**
 * @param {object} options
 * @param {number} options.pid
 * @param {EngineAddress} options.address
 * @param {number} options.memoryBytes what the process may hold
 * @param {(text: string) => void} options.onKill a statement was killed; says why
 * @param {(verdict: import("./engine-judge.mjs").EndVerdict) => void} options.onEnd called once
 * @param {import("./engine-judge.mjs").EngineLimits} [options.limits]
 * @returns {{ stop(): void }}
 */
export function watchEngine({ pid, address, memoryBytes, onKill, onEnd, limits = engineLimits }) {
  const judge = createEngineJudge({ memoryBytes, limits });
  const stopping = new AbortController();
  /** @type {import("./engine-judge.mjs").EngineStatus | undefined} */
  let answered;
  /** Whether a question is under way; what has passed of its waiting that counts. */
  let silentMs = 0;
  let lookedMs = Date.now();
  /** @type {NodeJS.Timeout} */
  let timer;

  async function ask() {
    while (!stopping.signal.aborted) {
      const askedMs = Date.now();
      const text = await askEngine({
        address,
        path: "/status",
        limitMs: limits.silentMs,
        signal: stopping.signal,
      });
      if (text !== undefined) {
        answered = parseStatus(text);
        silentMs = 0;
      }
      await pause(Math.max(lookEveryMs / 4, lookEveryMs - (Date.now() - askedMs)), stopping.signal);
    }
  }

  function look() {
    timer = setTimeout(look, lookEveryMs);
    const nowMs = Date.now();
    const passedMs = nowMs - lookedMs;
    lookedMs = nowMs;
    const process = processState(pid);
    const isFair = passedMs < lookEveryMs + lateMs && process?.state !== "D";
    if (isFair) silentMs += passedMs;
    const status = answered;
    answered = undefined;
    const verdict = judge({ nowMs, silentMs, status, state: process?.state, rssBytes: process?.rssBytes });
    if (verdict?.action === "end") {
      stop();
      onEnd(verdict);
    } else if (verdict) {
      onKill(verdict.why);
      const path = `/status/${verdict.id}`;
      void askEngine({ address, path, method: "DELETE", limitMs: killLimitMs, signal: stopping.signal });
    }
  }

  function stop() {
    stopping.abort();
    clearTimeout(timer);
  }

  timer = setTimeout(look, lookEveryMs);
  void ask();
  return { stop };
}

/**
 * The answer's text, or undefined where none came. Each question has a connection of its own: an engine that takes
 * no new ones is as good as none.
 *
 * @param {object} options
 * @param {EngineAddress} options.address
 * @param {string} options.path
 * @param {"GET" | "DELETE"} [options.method]
 * @param {number} options.limitMs
 * @param {AbortSignal} options.signal
 * @returns {Promise<string | undefined>}
 */
function askEngine({ address, path, method = "GET", limitMs, signal }) {
  return new Promise((resolve) => {
    const headers = { "X-ClickHouse-User": address.user, "X-ClickHouse-Key": address.password };
    const asked = request(
      new URL(path, address.url),
      { method, headers, agent: false, signal },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
          if (text.length > maxStatusBytes) asked.destroy();
        });
        response.once("end", () => resolve(response.statusCode === 200 ? text : undefined));
      },
    );
    const timer = setTimeout(() => asked.destroy(), limitMs);
    asked.once("error", () => resolve(undefined));
    asked.once("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    asked.end();
  });
}

/** @param {string} text */
function parseStatus(text) {
  try {
    return /** @type {import("./engine-judge.mjs").EngineStatus} */ (JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
