import { describe, expect, it } from "vitest";
import { readSchema, splitStatements } from "./statements";

describe("splitStatements", () => {
  it("cuts at semicolons and leaves comments out", () => {
    expect(splitStatements("SELECT 1; -- one; two\nSELECT 2 /* ; */;\n\n;")).toEqual([
      "SELECT 1",
      "SELECT 2",
    ]);
  });

  it("leaves semicolons and comment marks in texts and names alone", () => {
    const statements = ["SELECT ';--', 'it''s; ', 'a\\'b;'", 'SELECT "a;b", `c;d`', "SELECT 4 - 2 / 2"];
    expect(splitStatements(statements.join(";"))).toEqual(statements);
  });

  it("does not hang on a text without an end", () => {
    expect(splitStatements("SELECT 'a; SELECT 2")).toHaveLength(2);
  });
});

describe("readSchema", () => {
  it("reads the traces' statements in their order", async () => {
    const statements = await readSchema("traces");
    expect(statements[0]).toMatch(/^CREATE TABLE IF NOT EXISTS otel_traces\s/);
    expect(statements.every((sql) => /^(CREATE|ALTER) .*IF NOT EXISTS/s.test(sql))).toBe(true);
  });
});
