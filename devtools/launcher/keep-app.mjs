// @ts-check
/** The app, started and kept running at the same address until it is stopped. */
import { startApp, waitUntilHealthy, waitUntilItAnswers } from "./app.mjs";
import { keepRunning } from "./keep-running.mjs";
import { requireFreePort } from "./ports.mjs";
import { CannotStart } from "./settings.mjs";
import { tellApp, watchApp } from "./watch-app.mjs";

/**
 * @typedef {object} KeptApp
 * @property {number | undefined} pid of the process that runs now
 * @property {() => Promise<void>} ready resolves when it and its database answer; throws CannotStart with what is
 *   wrong where it does not get there within a minute. From then on it is watched and kept running
 * @property {(totals: import("./restarts.mjs").RestartTotals) => void} tell what its health shall say
 * @property {(options: { politeMs: number }) => Promise<boolean>} stop
 *   asks it to flush its spans and end, kills it after `politeMs`; gives false where it had to be killed
 */

/**
 * `onGivenUp` is called once, where it died too often too quickly or cannot come back: a port that is taken
 * meanwhile, an exit right at its start.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {boolean} options.isDev
 * @param {import("./settings.mjs").Settings} options.settings
 * @param {import("./engine.mjs").EngineAddress | undefined} options.engine undefined: the environment names it
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("./report.mjs").Report} options.report
 * @param {import("./restarts.mjs").Restarts} options.restarts
 * @param {AbortSignal} options.signal
 * @param {(trouble: string) => void} options.onTrouble while it is waited for at first
 * @param {(reason: string) => void} options.onGivenUp
 * @returns {KeptApp}
 */
export function keepApp({ report, restarts, signal, onTrouble, onGivenUp, ...options }) {
  const { settings } = options;
  let app = startApp(options);
  /** @type {import("./keep-running.mjs").Kept | undefined} */
  let kept;
  return {
    get pid() {
      return app.child.pid;
    },
    async ready() {
      const notStarted = new Promise((_, reject) => {
        app.child.once("error", (error) =>
          reject(new CannotStart(`The app could not be started: ${error.message}`)),
        );
      });
      await Promise.race([waitUntilHealthy({ app, settings, signal, onTrouble }), notStarted]);
      kept = keepRunning({
        name: "app",
        child: app.child,
        async spawn() {
          // Somebody may have taken the port meanwhile: then no further try can help.
          await requireFreePort(settings.host, settings.port);
          app = startApp(options);
          return app.child;
        },
        ready: () => waitUntilItAnswers({ app, settings, signal }),
        // Somebody who develops may hold it at a breakpoint.
        watch: (child, end) =>
          options.isDev ? { stop: () => undefined } : watchApp({ child, totals: restarts.totals, end }),
        advice: "What it wrote above says why.",
        report,
        restarts,
        onGivenUp,
      });
    },
    tell: (totals) => tellApp(app.child, totals),
    stop: ({ politeMs }) => (kept ? kept.stop({ politeMs }) : app.stop({ politeMs })),
  };
}
