import { createServer } from "node:net";
import { ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { describe, expect, it } from "vitest";
import {
  databaseErrorCode,
  isConnectionLost,
  isDatabaseAway,
  isDiskFull,
  isOwnDiskFull,
  isWorthAnotherTry,
} from "./errors";

const refusal = (code: string) => new ClickHouseError({ message: "no", code, type: "SOME_ERROR" });
const withCode = (code: string) => Object.assign(new Error("x"), { code });

/** What the client really throws when it talks to `port`. */
async function failureAt(port: number): Promise<unknown> {
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    request_timeout: 200,
    log: { level: ClickHouseLogLevel.OFF },
  });
  try {
    return await client.command({ query: "SELECT 1" }).then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await client.close();
  }
}

async function withServer<T>(
  onSocket: (socket: import("node:net").Socket) => void,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work((server.address() as { port: number }).port);
  } finally {
    server.close();
  }
}

describe("isDatabaseAway", () => {
  it("knows a connection that is refused", async () => {
    const port = await withServer(
      () => undefined,
      async (free) => free,
    );
    expect(isDatabaseAway(await failureAt(port))).toBe(true);
  });

  it("knows a connection that hangs up", async () => {
    const failure = await withServer((socket) => socket.once("data", () => socket.destroy()), failureAt);
    expect(isDatabaseAway(failure)).toBe(true);
  });

  it("knows a server that never answers", async () => {
    const sockets: import("node:net").Socket[] = [];
    const failure = await withServer((socket) => void sockets.push(socket), failureAt);
    for (const socket of sockets) socket.destroy();
    expect(isDatabaseAway(failure)).toBe(true);
  });

  it.each(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND"])("knows %s", (code) => {
    expect(isDatabaseAway(withCode(code))).toBe(true);
    expect(isDatabaseAway(new Error("insert failed", { cause: withCode(code) }))).toBe(true);
    expect(isDatabaseAway(new AggregateError([withCode(code)]))).toBe(true);
  });

  it("does not take a refusal, a cancel or a bug for it", () => {
    expect(isDatabaseAway(refusal("62"))).toBe(false);
    expect(isDatabaseAway(refusal("394"))).toBe(false);
    expect(isDatabaseAway(new Error("The user aborted a request."))).toBe(false);
    expect(isDatabaseAway(AbortSignal.abort().reason)).toBe(false);
    expect(isDatabaseAway(new TypeError("x is not a function"))).toBe(false);
    expect(isDatabaseAway("ECONNREFUSED")).toBe(false);
  });

  it("takes a server that has no room now for it", () => {
    expect(isDatabaseAway(refusal("202"))).toBe(true);
  });
});

describe("isConnectionLost", () => {
  it("knows a connection that was refused or broke", async () => {
    const port = await withServer(
      () => undefined,
      async (free) => free,
    );
    expect(isConnectionLost(await failureAt(port))).toBe(true);
    const broken = await withServer((socket) => socket.once("data", () => socket.destroy()), failureAt);
    expect(isConnectionLost(broken)).toBe(true);
    expect(isConnectionLost(new Error("aborted"))).toBe(true);
    expect(isConnectionLost(refusal("236"))).toBe(true);
  });

  it("does not take a slow or busy server for it, nor a cancel", async () => {
    const sockets: import("node:net").Socket[] = [];
    const late = await withServer((socket) => void sockets.push(socket), failureAt);
    for (const socket of sockets) socket.destroy();
    expect([isDatabaseAway(late), isConnectionLost(late)]).toEqual([true, false]);
    expect(isConnectionLost(refusal("202"))).toBe(false);
    expect(isConnectionLost(refusal("394"))).toBe(false);
    expect(isConnectionLost(AbortSignal.abort().reason)).toBe(false);
    expect(isConnectionLost(new Error("The user aborted a request."))).toBe(false);
  });
});

describe("isWorthAnotherTry", () => {
  it("waits for tables, memory and space, and not for rows that do not fit", () => {
    expect(isWorthAnotherTry(withCode("ECONNRESET"))).toBe(true);
    expect(isWorthAnotherTry(refusal("60"))).toBe(true);
    expect(isWorthAnotherTry(refusal("241"))).toBe(true);
    expect(isWorthAnotherTry(refusal("27"))).toBe(false);
    expect(isWorthAnotherTry(new TypeError("x"))).toBe(false);
  });
});

describe("isDiskFull", () => {
  it("knows the database's disk and our own, and no other lack", () => {
    expect(isDiskFull(refusal("243"))).toBe(true);
    const write = new ClickHouseError({
      message: "errno: 28, strerror: No space left on device",
      code: "75",
      type: "X",
    });
    expect(isDiskFull(write)).toBe(true);
    expect(isDiskFull(withCode("ENOSPC"))).toBe(true);
    expect(isDiskFull(new Error("the upload failed", { cause: withCode("EDQUOT") }))).toBe(true);
    expect(isDiskFull(refusal("75"))).toBe(false);
    expect(isDiskFull(refusal("241"))).toBe(false);
    expect(isDiskFull(withCode("ECONNRESET"))).toBe(false);
    expect(isOwnDiskFull(refusal("243"))).toBe(false);
  });
});

describe("databaseErrorCode", () => {
  it("reads ClickHouse's errors and no others", () => {
    expect(databaseErrorCode(refusal("60"))).toBe("60");
    expect(databaseErrorCode(withCode("ECONNRESET"))).toBeUndefined();
    expect(databaseErrorCode(undefined)).toBeUndefined();
  });
});
