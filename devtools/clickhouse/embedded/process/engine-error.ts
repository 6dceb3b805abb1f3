/** An error in ClickHouse's own terms: a code, its name, a message without the code. */
export class EngineError extends Error {
  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = "EngineError";
  }

  /** The line that a server sends: `Code: 62. DB::Exception: … (SYNTAX_ERROR) (version …)`. */
  toText(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type}) (version ${version})`;
  }
}

const shape = /^Code: (\d+)\. DB::Exception: ([\s\S]*)\s\(([A-Z][A-Z0-9_]+)\)\s*$/;
const nested = /^Code: \d+\. DB::Exception: ([\s\S]*?)\s\([A-Z][A-Z0-9_]+\) \(version [^)]*\)\.?$/;

/**
 * Reads what the binding threw. What means nothing to the client is taken out: the names of our pipes, and the
 * `prefixLength` characters that stood in front of its statement.
 */
export function parseEngineError(error: unknown, prefixLength = 0): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const match = shape.exec(text.trim());
  if (!match) return new EngineError(1001, "STD_EXCEPTION", text.trim() || "unknown error");
  const [, code, body = "", type = "UNKNOWN_EXCEPTION"] = match;
  const message = (nested.exec(body.trim())?.[1] ?? body)
    .replace(/: \(in file\/uri [^)]*\)/g, "")
    .replace(/: While executing File(?=[:.]|$)/g, "")
    .replace(/: data for INSERT was parsed from file/g, "")
    .replace(/(failed at position )(\d+)/, (_all, text, at) => text + Math.max(1, at - prefixLength))
    .replace(/(\(line 1, col )(\d+)/, (_all, text, at) => text + Math.max(1, at - prefixLength))
    .trim();
  return new EngineError(Number(code), type, message);
}

const badRequest = new Set([
  6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676,
]);
const notFound = new Set([46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]);
const forbidden = new Set([192, 193, 497, 512, 516]);

/** The HTTP status that a ClickHouse server gives an exception code (its exceptionCodeToHTTPStatus). */
export function codeToHttpStatus(code: number): number {
  if (code === 194) return 401;
  if (forbidden.has(code)) return 403;
  if (badRequest.has(code)) return 400;
  if (notFound.has(code)) return 404;
  if (code === 159) return 408;
  if (code === 381) return 411;
  if (code === 229) return 413;
  if (code === 48) return 501;
  if (code === 76 || code === 209 || code === 439) return 503;
  // Ours: a full queue is worth another try, which clients read from 503.
  if (code === 202) return 503;
  return 500;
}
