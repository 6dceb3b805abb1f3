import type { RunsQuery } from "@/lib/api/runs";
import { highest, lowest } from "@/lib/base/bigints";

/** A place in the list of runs, which is ordered by start and then by id, both falling. */
export interface RunPlace {
  readonly startNs: bigint;
  readonly runId: string;
}

/** The cursor is none that this list gave out. */
export class BadCursor extends Error {
  override readonly name = "BadCursor";
  constructor() {
    super("The cursor is not one of this list. Start again without it.");
  }
}

const lastNs = 9_223_372_036_854_775_807n;

/** Upper bound of a page: the cursor or `to`, whichever comes first. */
export function upperEnd(query: RunsQuery): RunPlace {
  const to: RunPlace = { startNs: query.to === undefined ? lastNs : isoToNs(query.to), runId: "" };
  const cursor = query.cursor === undefined ? to : decodeCursor(query.cursor);
  return cursor.startNs < to.startNs ? cursor : to;
}

/** The start that every run of the list has at least, where one was asked for. */
export function lowerEndNs({ from }: RunsQuery): bigint | undefined {
  return from === undefined ? undefined : isoToNs(from);
}

/** Orders ids as ClickHouse does: by their bytes, where JavaScript compares halves of characters. */
export function isBelow(place: RunPlace, other: RunPlace): boolean {
  if (place.startNs !== other.startNs) return place.startNs < other.startNs;
  return Buffer.compare(Buffer.from(place.runId), Buffer.from(other.runId)) < 0;
}

/** Text that says nothing to its reader. */
export function encodeCursor({ startNs, runId }: RunPlace): string {
  return Buffer.from(`${startNs}.${runId}`).toString("base64url");
}

function decodeCursor(text: string): RunPlace {
  const [, startNs, runId] =
    /^(-?\d{1,19})\.([\s\S]*)$/.exec(Buffer.from(text, "base64url").toString("utf8")) ?? [];
  if (startNs === undefined || runId === undefined) throw new BadCursor();
  return { startNs: highest(-lastNs, lowest(BigInt(startNs), lastNs)), runId };
}

/** Checked by the schema already; `Date` keeps milliseconds, which is what a person can ask for. */
function isoToNs(iso: string): bigint {
  const ns = BigInt(Date.parse(iso)) * 1_000_000n;
  return highest(0n, lowest(ns, lastNs));
}
