// @ts-check
/** Finds a Chromium for the browser tests, or gets one. A browser that does not start is not one. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./processes.mjs";
import { CannotStart } from "./settings.mjs";

/** The headless shell first: without windows and their pages it takes a third less processor time for the same tests. */
const names = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
];
const macOs = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const versionLimitMs = 20_000;
/** Debian's package with what it needs is some 150 MB. */
const installLimitMs = 5 * 60_000;

const advice =
  "Install Chromium (Debian: apt-get install -y chromium; elsewhere: npx playwright install chromium), " +
  "or set CHROMIUM_PATH to a Chromium or Chrome that is there.";

/**
 * The path of a Chromium that starts. Throws CannotStart with one line that says what to do.
 * @param {object} options
 * @param {string} options.root
 * @param {NodeJS.ProcessEnv} options.env
 * @param {AbortSignal} options.signal
 * @param {(detail: string) => void} options.onProgress
 * @param {Promise<unknown>} [options.packages] until then Playwright, which may have a Chromium, is not installed
 * @returns {Promise<string>}
 */
export async function requireChromium({ root, env, signal, onProgress, packages }) {
  /** @param {string} path */
  const starts = async (path) =>
    (await run(path, ["--version", "--no-sandbox"], { cwd: root, limitMs: versionLimitMs, signal })).code ===
    0;

  if (env.CHROMIUM_PATH) {
    if (await starts(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw new CannotStart(`CHROMIUM_PATH=${env.CHROMIUM_PATH} does not start. Correct it or unset it.`);
  }
  const find = async () => {
    for (const path of [...installedPaths(env), ...(await playwrightsOwn(root, signal))]) {
      if (existsSync(path) && (await starts(path))) return path;
    }
    return undefined;
  };
  const found = await find();
  if (found !== undefined) return found;

  for (const { what, commands, needsPackages } of waysToInstall(root)) {
    if (needsPackages) {
      await packages;
      const own = await find();
      if (own !== undefined) return own;
    }
    onProgress(what);
    const deadlineMs = Date.now() + installLimitMs;
    for (const [file, ...args] of commands) {
      const limitMs = Math.max(1_000, deadlineMs - Date.now());
      const { code } = await run(file, args, { cwd: root, limitMs, signal, env });
      if (code !== 0) break;
    }
    signal.throwIfAborted();
    const installed = await find();
    if (installed !== undefined) return installed;
  }
  throw new CannotStart(`There is no Chromium for the browser tests and none could be installed. ${advice}`);
}

/**
 * Where a Chromium would be that somebody installed, most likely first.
 * @param {NodeJS.ProcessEnv} env
 */
export function installedPaths(env) {
  const folders = [...(env.PATH ?? "").split(delimiter).filter(Boolean), "/usr/bin"];
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...macOs];
}

/**
 * @param {string} root
 * @param {AbortSignal} signal
 */
async function playwrightsOwn(root, signal) {
  const { output } = await run(process.execPath, ["devtools/browser-path.mjs"], {
    cwd: root,
    limitMs: versionLimitMs,
    signal,
  });
  return [output.trim()];
}

/**
 * @param {string} root
 * @returns {{ what: string, commands: [string, ...string[]][], needsPackages: boolean }[]}
 */
function waysToInstall(root) {
  /** @type {(name: string) => [string, ...string[]]} */
  const aptInstall = (name) => ["apt-get", "install", "-y", "-q", name];
  const debian = [
    {
      what: "installing Debian's Chromium without windows",
      commands: /** @type {[string, ...string[]][]} */ ([
        ["apt-get", "update", "-q"],
        aptInstall("chromium-headless-shell"),
      ]),
      needsPackages: false,
    },
    { what: "installing Debian's Chromium", commands: [aptInstall("chromium")], needsPackages: false },
  ];
  const isDebianRoot = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  const cli = join(root, "node_modules/@playwright/test/cli.js");
  return [
    ...(isDebianRoot ? debian : []),
    {
      what: "downloading a Chromium",
      commands: [[process.execPath, cli, "install", "chromium"]],
      needsPackages: true,
    },
  ];
}
