import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "./client";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that answers its n-th statement by the n-th of `answers`, and pings by `isUp`. */
async function serve(answers: ((response: ServerResponse) => void)[], isUp = () => true) {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    if (request.url?.startsWith("/ping")) {
      if (isUp()) response.end("Ok.\n");
      else response.socket?.destroy();
      return;
    }
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      asked.push(body);
      const answer = answers.shift() ?? die;
      answer(response);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const database = openDatabase({
    url: `http://127.0.0.1:${port}`,
    user: "default",
    password: "",
    tracesDatabase: "a",
    dataDatabase: "b",
  });
  closers.push(
    () => new Promise((resolve) => server.close(resolve)),
    async () => server.closeAllConnections(),
    () => database.close(),
  );
  return { database, asked };
}

const die = (response: ServerResponse) => void response.socket?.destroy();
const rows = (response: ServerResponse) => void response.end('{"n":1}\n{"n":2}\n');
/** The headers and a part of the rows, then nothing more. */
const dieHalfway = (response: ServerResponse) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"n":1}\n', () => setTimeout(() => response.socket?.destroy(), 20));
};

const select = { query: "SELECT n FROM t", format: "JSONEachRow" } as const;
const read = async ({ traces }: Database) => (await traces.query(select)).json();

describe("a read that loses its database", () => {
  it("is asked once more, be it lost before its answer or within", async () => {
    for (const loss of [die, dieHalfway]) {
      const { database, asked } = await serve([loss, rows]);
      await expect(read(database)).resolves.toEqual([{ n: 1 }, { n: 2 }]);
      expect(asked).toHaveLength(2);
    }
  });

  it("also where it is read as text", async () => {
    const { database } = await serve([dieHalfway, rows]);
    await expect((await database.data.query(select)).text()).resolves.toContain('{"n":2}');
  });

  it("is asked a second time and not a third, wherever the losses come", async () => {
    for (const losses of [
      [die, die],
      [die, dieHalfway],
      [dieHalfway, die],
      [dieHalfway, dieHalfway],
    ]) {
      const { database, asked } = await serve([...losses, rows]);
      await expect(read(database)).rejects.toThrow();
      expect(asked).toHaveLength(2);
    }
  });

  it("is asked only when the database answers a ping again", async () => {
    let pings = 0;
    const { database, asked } = await serve([die, rows], () => ++pings > 2);
    await expect(read(database)).resolves.toHaveLength(2);
    expect([pings > 2, asked.length]).toEqual([true, 2]);
  });

  it("ends with its caller while the database is away", async () => {
    const { database, asked } = await serve([die, rows], () => false);
    const query = database.traces.query({ ...select, abort_signal: AbortSignal.timeout(300) });
    await expect(query).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });
});

describe("what is not asked again", () => {
  it("is a write, also one that is sent as a query", async () => {
    const { database, asked } = await serve([die, die, die, rows]);
    const insert = database.traces.insert({ table: "t", values: [{ n: 1 }], format: "JSONEachRow" });
    await expect(insert).rejects.toThrow();
    await expect(database.traces.command({ query: "DROP TABLE t" })).rejects.toThrow();
    await expect(database.traces.query({ query: "INSERT INTO t SELECT 1" })).rejects.toThrow();
    expect(asked).toHaveLength(3);
  });

  it("is what the database refuses", async () => {
    const refuse = (response: ServerResponse) => {
      response.writeHead(400, { "x-clickhouse-exception-code": "62" });
      response.end("Code: 62. DB::Exception: Syntax error. (SYNTAX_ERROR)");
    };
    const { database, asked } = await serve([refuse, rows]);
    await expect(read(database)).rejects.toMatchObject({ code: "62" });
    expect(asked).toHaveLength(1);
  });

  it("is a stream that was handed on", async () => {
    const { database, asked } = await serve([dieHalfway, rows]);
    const result = await database.traces.query(select);
    const drain = async () => {
      for await (const _ of result.stream());
    };
    await expect(drain()).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });
});
