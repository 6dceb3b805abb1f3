import type { QueryResult } from "../process/engine";
import type { Answer } from "./answer";
import type { PipePair } from "./pipes";
import type { QueryRequest } from "./request";

/** One statement on its way through the engine. */
export type Execution = {
  request: QueryRequest;
  answer: Answer;
  pipes: PipePair;
  /** Runs SQL with the request's surroundings. */
  run(sql: string, format: string): Promise<QueryResult>;
  /** Ends the statement; resolves once the engine has the request, or has finished by itself. */
  cancel(): Promise<unknown>;
};

/** Holds a promise's outcome until it is asked for, so that a failure meanwhile is nobody's unhandled one. */
export function holdOutcome<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => {});
  return () => promise;
}
