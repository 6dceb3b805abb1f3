import { idInQuery, idParameters } from "@/lib/api/paths";
import { formatCount } from "@/lib/base/count";
import { isRunId, maxRunIdChars } from "@/lib/trace/run-id";
import { badRequest, HttpProblem } from "./problem";

/** The ids that an address names. */
export type AddressIds = Partial<Record<keyof typeof idParameters, string>>;

/** Below `/spans` these are calls, not ids. */
const callsOfSpans: ReadonlySet<string> = new Set(["whole", "search"]);

/** Where an address of the API holds ids: which of them, and its segment as it came. */
function placesOf(pathname: string): (readonly [keyof typeof idParameters, string])[] {
  const [, api, collection, id, below, idBelow] = pathname.split("/");
  if (api !== "api" || id === undefined || id === "") return [];
  if (collection === "datasets") return [["name", id]];
  if (collection !== "runs") return [];
  const hasSpan = below === "spans" && idBelow !== undefined && !callsOfSpans.has(idBelow);
  return hasSpan
    ? [
        ["runId", id],
        ["spanId", idBelow],
      ]
    : [["runId", id]];
}

/**
 * The ids of an address, each decoded exactly once, from the segment or, where that is `-`, from the query. Read from
 * the address itself: Next hands parameters to a route decoded and to a page as they came, and documents neither.
 * Throws a problem 400 where an id is missing, given twice or in both places, or no id of a run.
 */
export function readIds(url: string): AddressIds {
  const { pathname, searchParams } = new URL(url);
  const ids: AddressIds = {};
  for (const [id, segment] of placesOf(pathname)) {
    const parameter = idParameters[id];
    ids[id] = readId(segment, parameter, searchParams.getAll(parameter));
    if (id === "runId") checkRunId(ids[id]);
  }
  return ids;
}

/**
 * The id that the address of a run's page names, or why it names none. `segment` is as it came in the address, and
 * `given` what Next has of the parameter `run_id`.
 */
export function readPageRunId(
  segment: string,
  given: string | readonly string[] = [],
): { readonly runId: string } | { readonly refusal: string } {
  try {
    const runId = readId(segment, idParameters.runId, [given].flat());
    checkRunId(runId);
    return { runId };
  } catch (error) {
    if (error instanceof HttpProblem) return { refusal: error.detail };
    throw error;
  }
}

function readId(segment: string, parameter: string, given: readonly string[]): string {
  if (given.length > 1) throw badRequest(`The parameter ${parameter} is given twice.`);
  const [text] = given;
  if (segment !== idInQuery) {
    if (text === undefined) return decodeSegment(segment);
    throw badRequest(
      `The path and ${parameter} both name an id. Put \`-\` in the path, or leave ${parameter} out.`,
    );
  }
  if (text !== undefined) return text;
  throw badRequest(`\`-\` in the path stands for the parameter ${parameter}, which is missing.`);
}

/** The parameters of the query that `readIds` has read. */
export function idParametersOf(url: string): ReadonlySet<string> {
  return new Set(placesOf(new URL(url).pathname).map(([id]) => idParameters[id]));
}

function checkRunId(text: string): void {
  if (isRunId(text)) return;
  throw badRequest(
    text === ""
      ? "The id of the run is empty."
      : `The id of a run has ${formatCount(maxRunIdChars)} characters at most, and this one ${formatCount([...text].length)}. A run whose id is longer goes by its trace id.`,
  );
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest("The address holds a broken percent-encoding.");
  }
}
