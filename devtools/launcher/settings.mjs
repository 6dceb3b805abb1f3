// @ts-check
/**
 * What the launcher itself has to know of the environment. The app reads the rest and refuses what is wrong
 * (lib/server/config.ts); here is only what is needed before the app can run.
 */
import { resolve } from "node:path";

/** A reason to stop that is the person's to act on: printed as one line, without a stack. */
export class CannotStart extends Error {
  /** @override */
  name = "CannotStart";
}

/**
 * @typedef {object} Settings
 * @property {string} host
 * @property {number} port
 * @property {string} dataDir absolute
 * @property {string | undefined} clickhouseUrl
 * @property {string | undefined} apiToken
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} root relative paths count from here
 * @returns {Settings}
 */
export function parseSettings(env, root) {
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new CannotStart(`PORT must be a whole number from 1 to 65535, not "${env.PORT}".`);
  }
  return {
    host: env.HOST || "127.0.0.1",
    port,
    dataDir: resolve(root, env.DATA_DIR || ".data"),
    clickhouseUrl: env.CLICKHOUSE_URL || undefined,
    apiToken: env.API_TOKEN || undefined,
  };
}

/**
 * Throws where this Node is older than the program can run on.
 * @param {string} version as in process.versions.node
 */
export function requireNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new CannotStart(`Jiva needs Node 20.19 or newer; this is Node ${version}. See https://nodejs.org.`);
  }
}

/**
 * The address a browser on this machine opens: a server that listens everywhere is reached on loopback.
 * @param {{ host: string, port: number }} settings
 */
export function addressOf({ host, port }) {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
