import { describe, expect, it } from "vitest";
import { codeToHttpStatus, parseEngineError } from "./engine-error";

describe("parseEngineError", () => {
  it("reads code, message and name", () => {
    const error = parseEngineError(
      new Error("Code: 81. DB::Exception: Database x does not exist. (UNKNOWN_DATABASE)"),
    );
    expect(error).toMatchObject({
      code: 81,
      type: "UNKNOWN_DATABASE",
      message: "Database x does not exist.",
    });
    expect(error.toText("26.7.2.1")).toBe(
      "Code: 81. DB::Exception: Database x does not exist. (UNKNOWN_DATABASE) (version 26.7.2.1)",
    );
  });

  it("takes out the pipe and what is said twice", () => {
    const text =
      "Code: 27. DB::Exception: Code: 27. DB::Exception: Cannot parse input: expected '(' before: '1':  at row 0: " +
      "(in file/uri /data/clickhouse-work/input-3): While executing ValuesBlockInputFormat: While executing File: " +
      "data for INSERT was parsed from file. (CANNOT_PARSE_INPUT_ASSERTION_FAILED) (version 26.7.2.1). " +
      "(CANNOT_PARSE_INPUT_ASSERTION_FAILED)";
    expect(parseEngineError(new Error(text)).message).toBe(
      "Cannot parse input: expected '(' before: '1':  at row 0: While executing ValuesBlockInputFormat.",
    );
  });

  it("counts positions from the client's own text", () => {
    const text =
      "Code: 62. DB::Exception: Syntax error: failed at position 42 (x) (line 1, col 42): x. (SYNTAX_ERROR)";
    expect(parseEngineError(new Error(text), 41).message).toBe(
      "Syntax error: failed at position 1 (x) (line 1, col 1): x.",
    );
  });

  it("keeps what is no error of the engine", () => {
    expect(parseEngineError(new Error("no such file"))).toMatchObject({
      code: 1001,
      message: "no such file",
    });
  });
});

describe("codeToHttpStatus", () => {
  it.each([
    [62, 400],
    [516, 403],
    [60, 404],
    [81, 404],
    [159, 408],
    [48, 501],
    [202, 503],
    [164, 500],
    [241, 500],
  ])("%d is %d", (code, status) => {
    expect(codeToHttpStatus(code)).toBe(status);
  });
});
