// @ts-check
/**
 * What the launcher says: one calm line a step, `Jiva  installing dependencies … 31 s`. In a terminal the line
 * of the step under way counts its seconds; elsewhere a line is written when the step ends, and now and then
 * while a long one goes on, so that a log shows that it lives. Steps may go on side by side.
 */

/**
 * @typedef {object} Step
 * @property {(detail: string) => void} progress what it is at, after the label
 * @property {(detail?: string) => void} done
 * @property {(detail: string) => void} failed
 *
 * @typedef {object} Report
 * @property {(text: string) => void} line
 * @property {(text: string) => void} block text of its own, with an empty line above and below
 * @property {(label: string) => Step} step
 */

const tickMs = 1_000;
/** Without a terminal, a step under way is mentioned this often. */
const mentionMs = 15_000;

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} stream
 * @param {{ name?: string, now?: () => number }} [options]
 * @returns {Report}
 */
export function createReport(stream, { name = "Jiva", now = Date.now } = {}) {
  const isTerminal = stream.isTTY === true;
  /** What the terminal's last line shows: the steps under way, in the order of their start. */
  /** @type {Map<object, () => string>} */
  const open = new Map();
  let isShown = false;

  const clear = () => (isShown ? "\r\u001b[2K" : "");
  /** @param {string} text */
  const shorten = (text) => text.slice(0, Math.max(20, (stream.columns ?? 80) - 1));

  const underWay = () => {
    isShown = isTerminal && open.size > 0;
    return isShown ? shorten(`${name}  ${Array.from(open.values(), (text) => text()).join(" · ")}`) : "";
  };
  /** @param {string} text */
  const above = (text) => void stream.write(clear() + text + underWay());

  return {
    line: (text) => above(`${name}  ${text}\n`),
    block: (text) => above(`\n${text}\n\n`),
    step(label) {
      const startedMs = now();
      let detail = "";
      const text = () =>
        `${label} …${detail === "" ? "" : ` ${detail},`} ${formatElapsed(now() - startedMs)}`;
      const show = () => above("");
      const key = {};
      open.set(key, text);
      const timer = setInterval(
        isTerminal ? show : () => void stream.write(`${name}  ${text()}\n`),
        isTerminal ? tickMs : mentionMs,
      );
      timer.unref();
      if (isTerminal) show();

      /** @param {string} ending */
      const end = (ending) => {
        clearInterval(timer);
        open.delete(key);
        detail = ending;
        above(`${name}  ${text()}\n`);
      };
      return {
        progress(next) {
          detail = next;
          if (isTerminal) show();
        },
        done: (ending = "") => end(ending),
        failed: (ending) => end(`failed: ${ending}`),
      };
    },
  };
}

/**
 * `0.4 s`, `31 s`, `2 min 05 s`.
 * @param {number} elapsedMs
 */
export function formatElapsed(elapsedMs) {
  const seconds = elapsedMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
