import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { listenOnLoopback, parsePort } from "./listen";

const servers: ReturnType<typeof createServer>[] = [];
const server = () => {
  const made = createServer();
  servers.push(made);
  return made;
};
afterEach(() => {
  for (const made of servers.splice(0)) made.close();
});

describe("listenOnLoopback", () => {
  it("takes any free port for 0", async () => {
    const first = await listenOnLoopback(server(), 0);
    expect(await listenOnLoopback(server(), 0)).not.toBe(first);
  });

  it("says in one sentence that a port is taken", async () => {
    const port = await listenOnLoopback(server(), 0);
    await expect(listenOnLoopback(server(), port)).rejects.toThrow(
      `Port ${port} is taken: stop what listens there or set CLICKHOUSE_PORT to another port`,
    );
  });

  it("finds a port when nobody asked for one, whether or not 8123 is taken", async () => {
    const first = await listenOnLoopback(server(), undefined);
    expect(await listenOnLoopback(server(), undefined)).not.toBe(first);
  });
});

describe("parsePort", () => {
  it("reads ports", () => {
    expect([undefined, "", "0", "8123", "65535"].map(parsePort)).toEqual([
      undefined,
      undefined,
      0,
      8123,
      65535,
    ]);
  });

  it.each(["x", "-1", "1.5", "65536", "0x10"])("refuses %s", (text) => {
    expect(() => parsePort(text)).toThrow(`CLICKHOUSE_PORT is "${text}"`);
  });
});
