// @ts-check
/**
 * What has to be installed or built before Jiva can run. Builds are compared by content, not by time: a
 * checkout, a copy or an unpacked archive gives every file a new time and the same content.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * @typedef {object} BuildStep
 * @property {readonly string[]} sources files and folders that the output is made of
 * @property {string} output a file that is there when the step has been built
 */

const everywhere = ["package-lock.json", "tsconfig.json", "devtools/build.mjs"];

/**
 * The steps of `node devtools/build.mjs`, in their order.
 * @type {Readonly<Record<"engine" | "viewer" | "workers" | "server" | "app", BuildStep>>}
 */
export const buildSteps = {
  engine: {
    sources: ["devtools/clickhouse/embedded", "devtools/launcher/folder.mjs", "lib/base", ...everywhere],
    output: "dist/engine.mjs",
  },
  viewer: { sources: ["components/gantt", "lib", ...everywhere], output: "dist/viewer.js" },
  workers: { sources: ["lib", ...everywhere], output: "dist/workers.mjs" },
  server: { sources: ["lib", ...everywhere], output: "dist/server.mjs" },
  app: {
    sources: [
      "app",
      "components",
      "lib",
      "instrumentation.ts",
      "next.config.mjs",
      "postcss.config.mjs",
      ...everywhere,
    ],
    output: ".next/BUILD_ID",
  },
};

/** @typedef {keyof typeof buildSteps} StepName */

/**
 * The steps whose output is missing or was made of other sources than those of now.
 * @param {string} root
 * @param {readonly StepName[]} names
 * @returns {StepName[]}
 */
export function staleSteps(root, names) {
  return names.filter((name) => {
    const stamp = join(root, stampPath(name));
    if (!existsSync(join(root, buildSteps[name].output)) || !existsSync(stamp)) return true;
    return readFileSync(stamp, "utf8") !== stampText(root, name, digestOf(root, buildSteps[name].sources));
  });
}

/**
 * Call before a step is built, and what it gives back once it has been. A build that is cut off leaves no stamp,
 * and sources that change while it runs make it stale: both are built again.
 * @param {string} root
 * @param {StepName} name
 * @returns {() => void}
 */
export function beginBuild(root, name) {
  const stamp = join(root, stampPath(name));
  rmSync(stamp, { force: true });
  const sources = digestOf(root, buildSteps[name].sources);
  return () => {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, stampText(root, name, sources));
  };
}

/** @param {StepName} name */
function stampPath(name) {
  return `dist/${name}.stamp`;
}

/**
 * Holds the output too, so that one that somebody else made since (a `next build` by hand) counts as stale.
 * @param {string} root
 * @param {StepName} name
 * @param {string} sources
 */
function stampText(root, name, sources) {
  return `sources ${sources}\noutput ${digestOf(root, [buildSteps[name].output])}\n`;
}

/**
 * @param {string} root
 * @param {readonly string[]} sources
 */
function digestOf(root, sources) {
  const hash = createHash("sha256");
  for (const path of sources.flatMap((source) => filesBelow(root, source)).sort()) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

/**
 * Paths below `root` of a file, or of every file in a folder but tests; nothing where it does not exist.
 * @param {string} root
 * @param {string} source
 * @returns {string[]}
 */
function filesBelow(root, source) {
  const path = join(root, source);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [source];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = relative(root, join(path, entry.name));
    if (entry.isDirectory()) return filesBelow(root, inner);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [inner];
  });
}

/**
 * True where node_modules holds what package-lock.json asks for. npm writes what it installed into
 * node_modules/.package-lock.json; both name a version for every package.
 * @param {string} root
 * @param {{ withDev: boolean }} options whether the tools for tests and checks are needed too
 */
export function isInstalled(root, { withDev }) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(join(root, "node_modules/.package-lock.json"));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const version = installed[path]?.version;
    // Optional packages are those of other machines; npm leaves out what does not fit this one.
    if (version === undefined) return entry.optional === true || (entry.dev === true && !withDev);
    return version === entry.version && existsSync(join(root, path));
  });
}

/**
 * @param {string} path of a lock file
 * @returns {Record<string, { version?: string, optional?: boolean, dev?: boolean }>}
 */
function readPackages(path) {
  if (!existsSync(path)) return {};
  return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
}
