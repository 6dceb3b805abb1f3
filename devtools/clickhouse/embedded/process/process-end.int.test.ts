import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openClient } from "../testing/database";
import { countRows, openTestEngines, type TestEngines } from "../testing/engines";
import type { EngineProcess } from "./start-engine";

let engines: TestEngines;
beforeEach(() => {
  engines = openTestEngines();
});
afterEach(() => engines.close());

async function ended({ child }: EngineProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

describe("the engine's end", () => {
  it("waits for what runs", async () => {
    const engine = await engines.start();
    const client = openClient(engine);
    const query = client.query({ query: "SELECT sleep(1), 'done' AS said", format: "JSONEachRow" });
    await vi.waitFor(async () => expect(await countRows(engine, "system.processes")).toBe(2), {
      timeout: 20_000,
    });
    engine.child.send({ type: "stop" });
    expect(await (await query).json()).toMatchObject([{ said: "done" }]);
    expect(await ended(engine)).toBe(0);
    await client.close();
  });

  it("does not wait for ever", async () => {
    const engine = await engines.start();
    const client = openClient(engine);
    const query = client.query({
      query: "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1",
    });
    const cancelled = expect(query).rejects.toThrow();
    await vi.waitFor(async () => expect(await countRows(engine, "system.processes")).toBe(2), {
      timeout: 20_000,
    });
    engine.child.kill("SIGTERM");
    await cancelled;
    expect(await ended(engine)).toBe(0);
    await client.close();
  });

  it("is not brought about by a Ctrl-C while a parent decides", async () => {
    const engine = await engines.start();
    engine.child.kill("SIGINT");
    expect(await countRows(engine, "system.one")).toBe(1);
    expect(engine.child.exitCode).toBeNull();
  });

  it("comes by itself a while after the parent has gone, and not before", async () => {
    const engine = await engines.start();
    engine.child.disconnect();
    expect(await countRows(engine, "system.one")).toBe(1);
    expect(await ended(engine)).toBe(0);
  });
});
