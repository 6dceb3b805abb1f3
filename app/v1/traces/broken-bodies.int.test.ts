import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, inject, it, vi } from "vitest";
import {
  anyMutations,
  anySpanAt,
  callRoute,
  mutate,
  otlpJsonOf,
  otlpJsonToProtobuf,
  startTestServices,
} from "@/lib/server/testing/services";
import { POST } from "./route";

const services = startTestServices();

const json = "application/json";
const protobuf = "application/x-protobuf";
const zippings = fc.constantFrom("none", "none", "none", "zipped after", "zipped after", "zipped before");

/** Bytes in use once nothing is left to collect. */
function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

it("is stored or refused, never a failure of ours, however it is broken, and leaves nothing behind", async () => {
  // Most go to a stub, so that 10,000 take seconds; every hundredth insert is a real one.
  const realInsert = services.insert;
  let inserts = 0;
  services.insert = async (spans, signal) => {
    if (inserts++ % 100 === 0) await realInsert(spans, signal);
  };
  const someSpans = fc.array(anySpanAt(fc.bigInt({ min: 1n, max: 4_000_000_000_000_000_000n })), {
    minLength: 1,
    maxLength: 3,
  });
  const samples = await Promise.all(fc.sample(someSpans, { numRuns: 20, seed: 5 }).map(otlpJsonOf));
  const bodies = samples.flatMap((text): [string, Buffer][] => [
    [json, Buffer.from(text)],
    [protobuf, otlpJsonToProtobuf(JSON.parse(text))],
  ]);
  const cases = fc.sample(fc.tuple(fc.constantFrom(...bodies), anyMutations, zippings), {
    numRuns: inject("isLong") ? 10_000 : 5_000,
    seed: 11,
  });
  const log = vi.spyOn(console, "error");
  const statuses = new Map<number, number>();
  const send = async (part: typeof cases) => {
    const answers = await Promise.all(
      part.map(([[type, whole], mutations, zipping]) => {
        const broken = mutations.reduce(mutate, zipping === "zipped before" ? gzipSync(whole) : whole);
        return callRoute(services, POST, {
          method: "POST",
          headers: { "content-type": type, "content-encoding": zipping === "none" ? "identity" : "gzip" },
          body: zipping === "zipped after" ? gzipSync(broken) : broken,
        });
      }),
    );
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const heaps: number[] = [];
  for (let from = 0; from < cases.length; from += 200) {
    await send(cases.slice(from, from + 200));
    if (from % 1_000 === 0) heaps.push(usedHeap());
  }
  expect([...statuses.keys()].sort()).toEqual([200, 400]);
  expect(Math.min(...statuses.values())).toBeGreaterThan(0.08 * cases.length);
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
  expect(services.intake.stats()).toEqual({ spans: 0, bytes: 0 });
  // Thousands of requests later than the third measurement; those before it have code still to be compiled.
  expect(heaps.length).toBeGreaterThan(4);
  expect((heaps.at(-1) ?? 0) / (heaps[2] ?? 1)).toBeLessThan(1.05);
}, 120_000);
