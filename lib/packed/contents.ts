import { isRecord } from "@/lib/base/json-fields";

/**
 * What an exported file states about its runs: the JSON in its element `contents`, which a reader needs before anything
 * else. Files stay with people for years: a change that today's reader of `contentsVersion` would misread needs a new
 * version, and old versions stay readable.
 */
export interface FileContents {
  /** The view that the file opens with, as an address has it; "" for none. */
  readonly view: string;
  /** Whether values of attributes are in the file. */
  readonly values: "all" | "none";
  /** 1 to 20. */
  readonly runs: readonly FileRun[];
}

export interface FileRun {
  readonly runId: string;
  /** The question, or whatever names the run for a person. */
  readonly title: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Spans of each block but the last. */
  readonly blockSpans: number;
  readonly blocks: number;
  /** Where the spans did not come in the columns' order: for each column index its place + 1, 0 if missing. */
  readonly places?: readonly number[] | undefined;
}

const contentsVersion = 2;
const maxRuns = 20;

export function contentsToJson({ view, values, runs }: FileContents): string {
  return JSON.stringify({ v: contentsVersion, view, values, runs });
}

/** The text may come from anywhere: every field is checked. Throws an Error whose message is meant for the user. */
export function parseContents(json: string): FileContents {
  const contents = parseJson(json);
  if (!isRecord(contents) || contents.v !== contentsVersion) {
    throw new Error("This file is of another version than the timeline that reads it. Export the run again.");
  }
  const { runs, view, values } = contents;
  if (!Array.isArray(runs) || runs.length === 0 || runs.length > maxRuns) throw incompleteFile();
  return {
    view: typeof view === "string" ? view : "",
    values: values === "none" ? "none" : "all",
    runs: runs.map(parseRun),
  };
}

/** For a file of which something is missing or is not what it should be. */
export function incompleteFile(): Error {
  return new Error("The file is not complete. Was the download cut short?");
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw incompleteFile();
  }
}

function parseRun(run: unknown): FileRun {
  if (!isRecord(run)) throw incompleteFile();
  const { runId, title, startedAt, blockSpans, blocks, places } = run;
  if (typeof runId !== "string" || typeof title !== "string" || typeof startedAt !== "string")
    throw incompleteFile();
  if (!isCount(blockSpans) || blockSpans === 0 || !isCount(blocks)) throw incompleteFile();
  if (places !== undefined && !(Array.isArray(places) && places.every(isCount))) throw incompleteFile();
  return { runId, title, startedAt, blockSpans, blocks, places };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
