import { Random, seedOf } from "../random";
import { type Format, formats, type Seed } from "../seeds/seed";
import type { Edit } from "./edit";
import { byteEdits } from "./edit-bytes";
import { parquetEdits } from "./edit-parquet";
import { protobufEdits } from "./edit-protobuf";
import { csvEdits, jsonEdits, markdownEdits, plainTextEdits } from "./edit-text";

const ownEdits: Readonly<Record<Format, readonly Edit[]>> = {
  csv: csvEdits,
  json: jsonEdits,
  ndjson: jsonEdits,
  parquet: parquetEdits,
  markdown: markdownEdits,
  text: plainTextEdits,
  "otlp-protobuf": protobufEdits,
  "otlp-json": jsonEdits,
  jaeger: jsonEdits,
  chrome: jsonEdits,
};

export interface Mutation {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** The seed's name and the edits, for a person. */
  readonly what: string;
}

/** More than a service that is tried at this rate needs to take; edits that grow the input are cut here. */
const maxBytes = 2_500_000;

/**
 * The input of this number: one of the format's seeds with one to three edits, more than half of them such as know the
 * format. The same for the same seed and index, whatever was made before it.
 */
export function mutationOf(
  seedsOf: (format: Format) => readonly Seed[],
  format: Format,
  seed: number,
  index: number,
): Mutation {
  const random = new Random(seedOf("mutation", format, seed, index));
  const seeds = seedsOf(format);
  const { name, bytes: valid } = random.pick(seeds);
  const context = {
    sibling: random.pick(seeds).bytes,
    stranger: random.pick(seedsOf(random.pick(formats.filter((other) => other !== format)))).bytes,
  };
  const done: string[] = [];
  let bytes = valid;
  for (let left = random.pick([1, 1, 1, 2, 2, 3]); left > 0 && bytes.length > 0; left--) {
    const edit = random.pick(random.chance(0.6) ? ownEdits[format] : byteEdits);
    bytes = edit.apply(bytes, random, context).slice(0, maxBytes);
    done.push(edit.name);
  }
  return { index, bytes, what: `${name}: ${done.join(", ")}` };
}
