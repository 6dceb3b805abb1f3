import { parseArgs } from "node:util";
import { type Format, formats } from "./seeds/seed";

export const parts = ["boundary", "http", "chaos", "probes"] as const;
export type Part = (typeof parts)[number];

export interface Options {
  readonly isLong: boolean;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly formats: readonly Format[];
  /** One input to write out and try instead of all. */
  readonly only: number | undefined;
  /** Inputs of each format at the boundary and over HTTP, and events of the chaos. */
  readonly counts: Readonly<Record<Exclude<Part, "probes">, number>>;
  readonly withoutWatcher: boolean;
}

/** What a run proves by default: the short form is part of CI, the long one is asked for by name. */
const shortParts: readonly Part[] = ["boundary", "http", "chaos"];
const shortCounts = { boundary: 100, http: 8, chaos: 10 } as const;
const longCounts = { boundary: 10_000, http: 500, chaos: 500 } as const;

/** Reads the command line; throws an Error whose message is one line for a person. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      long: { type: "boolean", default: false },
      seed: { type: "string", default: "8" },
      format: { type: "string", multiple: true },
      part: { type: "string", multiple: true },
      only: { type: "string" },
      count: { type: "string" },
      "without-watcher": { type: "boolean", default: false },
    },
  });
  const whole = (name: string, text: string) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new Error(`--${name} takes a whole number, not "${text}".`);
  };
  const named = <T extends string>(name: string, all: readonly T[], given: readonly string[]) =>
    given.map((text) => {
      const found = all.find((each) => each === text);
      if (found === undefined) throw new Error(`--${name} takes one of ${all.join(", ")}, not "${text}".`);
      return found;
    });
  const only = values.only === undefined ? undefined : whole("only", values.only);
  if (only !== undefined && values.format?.length !== 1) throw new Error("--only needs one --format.");
  const byDefault = values.long ? longCounts : shortCounts;
  const count = values.count === undefined ? undefined : whole("count", values.count);
  return {
    isLong: values.long,
    seed: whole("seed", values.seed),
    parts: values["without-watcher"]
      ? ["chaos"]
      : named("part", parts, values.part ?? (values.long ? parts : shortParts)),
    formats: named("format", formats, values.format ?? formats),
    only,
    counts: count === undefined ? byDefault : { boundary: count, http: count, chaos: count },
    withoutWatcher: values["without-watcher"],
  };
}
