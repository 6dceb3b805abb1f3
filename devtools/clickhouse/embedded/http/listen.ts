import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** ClickHouse's own HTTP port, taken when nobody has asked for another. */
const usualPort = 8123;

/**
 * Listens on 127.0.0.1: on `wanted` (0: any free port), or, when that is undefined, on 8123 or any free port.
 * Throws one clear sentence when the wanted port is not to be had.
 */
export async function listenOnLoopback(server: Server, wanted: number | undefined): Promise<number> {
  try {
    return await listen(server, wanted ?? usualPort);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (wanted === undefined && code === "EADDRINUSE") return listen(server, 0);
    if (code === "EADDRINUSE")
      throw new Error(
        `Port ${wanted} is taken: stop what listens there or set CLICKHOUSE_PORT to another port`,
      );
    if (code === "EACCES")
      throw new Error(
        `Port ${wanted} needs rights that this user lacks: set CLICKHOUSE_PORT to another port`,
      );
    throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** CLICKHOUSE_PORT: undefined when not set. Throws one clear sentence if it is not a port. */
export function parsePort(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`CLICKHOUSE_PORT is "${text}": set it to a port from 0 (any free one) to 65535`);
}
