import { defineConfig } from "@playwright/test";

const isRoot = process.getuid?.() === 0;

/**
 * The browser tests run against a really started Jiva, which the global set-up starts on a free port with the
 * sample data in a temporary folder. With JIVA_URL set they run against that one. `npm test` finds a browser
 * and names it in CHROMIUM_PATH.
 */
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./devtools/browser-set-up.ts",
  // The machine it has to pass on has two cores, and the engine wants one.
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // Beside the browser tests run those of the engine: what takes a second alone may take five.
  timeout: 60_000,
  // A busy machine may stall a browser; what needed its second try is counted and said by `npm test`.
  retries: 1,
  // Ends before `npm test` loses its patience, so that what failed is still reported.
  globalTimeout: 14 * 60_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  outputDir: "test-results",
  use: {
    baseURL: process.env.JIVA_URL,
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    // Not from the first try on: recording every test was a fifth of the suite's processor time.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      // Root has no sandbox. The other flags keep Chromium from calling home, which a closed network answers
      // with waiting.
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
