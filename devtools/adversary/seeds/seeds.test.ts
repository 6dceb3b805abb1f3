import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, inject, it } from "vitest";
import { readTrace } from "../boundary/traces";
import { type HandedOn, openUploadReader } from "../boundary/uploads";
import { mutationOf } from "../mutate/mutate";
import { describeSpans, differenceOf, plainSpans } from "./compare";
import { makeSeeds } from "./make-seeds";
import { type Format, formats, type Seed, traceFormats } from "./seed";

const uploads = openUploadReader(inject("workersFile"));
afterAll(() => uploads.close());

const root = fileURLToPath(new URL("../../..", import.meta.url));
const kept = new Map<Format, readonly Seed[]>();

function seedsOf(format: Format): readonly Seed[] {
  const seeds = kept.get(format) ?? makeSeeds(format, 1, root);
  kept.set(format, seeds);
  return seeds;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

describe("seeds", () => {
  it.each(formats)("%s: at least 20, no two alike, the same each time", (format) => {
    const seeds = seedsOf(format);
    expect(seeds.length).toBeGreaterThanOrEqual(20);
    expect(new Set(seeds.map(({ name }) => name)).size).toBe(seeds.length);
    const contents = seeds.map(({ bytes }) => base64(bytes));
    expect(new Set(contents).size).toBe(seeds.length);
    expect(makeSeeds(format, 1, root).map(({ bytes }) => base64(bytes))).toEqual(contents);
  });

  it.each(traceFormats)("%s: are read as the spans that they were made of", (format) => {
    for (const { name, bytes, expected } of seedsOf(format)) {
      if (expected.kind !== "spans") throw new Error(`${name} has no spans`);
      const { spans } = readTrace(format, bytes);
      expect(differenceOf(plainSpans(expected.spans), describeSpans(spans)), name).toBeUndefined();
    }
  });

  it.each(["markdown", "text"] as const)(
    "%s: are cut into the passages that they were made of",
    async (format) => {
      for (const { name, bytes, expected } of seedsOf(format)) {
        const handed: HandedOn = { columns: [], rows: [], passages: [] };
        expect(await uploads.read(name, bytes, handed)).toEqual({
          kind: "taken",
          found: handed.passages.length,
        });
        expect(differenceOf(expected, { kind: "passages", passages: handed.passages }), name).toBeUndefined();
      }
    },
  );
});

describe("mutations", () => {
  it.each(formats)("%s: are the same for a seed and an index, and leave the seeds as they are", (format) => {
    const valid = new Set(seedsOf(format).map(({ bytes }) => base64(bytes)));
    const make = () =>
      Array.from({ length: 60 }, (_, index) => base64(mutationOf(seedsOf, format, 7, index).bytes));
    const made = make();
    expect(make()).toEqual(made);
    expect(base64(mutationOf(seedsOf, format, 7, 59).bytes)).toBe(made[59]);
    expect(new Set(seedsOf(format).map(({ bytes }) => base64(bytes)))).toEqual(valid);
    expect(new Set(made).size).toBeGreaterThan(45);
    expect(made.filter((bytes) => valid.has(bytes)).length).toBeLessThan(10);
  });
});
