// @ts-check
import { createServer } from "node:net";
import { CannotStart } from "./settings.mjs";

/**
 * Listens for a moment: undefined where that works, else the error's code (EADDRINUSE, EACCES, …).
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | undefined>}
 */
export function portTrouble(host, port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    // exclusive: a cluster worker would otherwise share its parent's socket.
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * A port that is free now. Another program can take it before it is used: good for tests, not for promises.
 * @param {string} host
 * @returns {Promise<number>}
 */
export function freePort(host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Throws one line that says what to do where the app could not listen.
 * @param {string} host
 * @param {number} port
 */
export async function requireFreePort(host, port) {
  const trouble = await portTrouble(host, port);
  if (trouble === undefined) return;
  if (trouble === "EADDRINUSE") {
    const other = await freePort(host);
    throw new CannotStart(
      `${host}:${port} is taken by another program. Take another port: PORT=${other} npm start`,
    );
  }
  if (trouble === "EACCES") {
    throw new CannotStart(`PORT=${port} needs more rights than this account has. Take one above 1023.`);
  }
  throw new CannotStart(`HOST=${host} is not an address this machine can listen on (${trouble}).`);
}
