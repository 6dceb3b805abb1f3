import { describe, expect, it } from "vitest";
import { idParametersOf, readIds, readPageRunId } from "./address-ids";

const idsOf = (path: string) => readIds(`http://127.0.0.1:3000${path}`);
const refusalOf = (path: string) => {
  try {
    return idsOf(path);
  } catch (error) {
    return (error as Error).message;
  }
};

describe("readIds", () => {
  it.each([
    ["/api/runs/d%2531", { runId: "d%31" }],
    ["/api/runs/50%25", { runId: "50%" }],
    ["/api/runs/a%252f/spans", { runId: "a%2f" }],
    ["/api/runs/a+b/export?format=otlp", { runId: "a+b" }],
    ["/api/runs/%2e%2e.", { runId: "..." }],
    ["/api/runs/-?run_id=..", { runId: ".." }],
    ["/api/runs/-/spans?run_id=%2525%2B&format=columns", { runId: "%25+" }],
    ["/api/runs/-/export?format=html&run_id=-", { runId: "-" }],
    ["/api/runs/a/spans/b%252f", { runId: "a", spanId: "b%2f" }],
    ["/api/runs/-/spans/-?run_id=%00&span_id=.&trace_id=t", { runId: "\0", spanId: "." }],
    ["/api/runs/-/spans/whole?run_id=x&ids=1", { runId: "x" }],
    ["/api/runs/whole/spans/search?q=1", { runId: "whole" }],
    ["/api/datasets/a%20b", { name: "a b" }],
    ["/api/datasets/-?name=..", { name: ".." }],
    ["/api/runs", {}],
    ["/api/runs?run_id=x", {}],
    ["/v1/traces", {}],
  ])("%s", (path, ids) => expect(idsOf(path)).toEqual(ids));

  it.each([
    ["/api/runs/-", "run_id, which is missing"],
    ["/api/runs/-?run_id=", "empty"],
    ["/api/runs/-?run_id=a&run_id=a", "run_id is given twice"],
    ["/api/runs/a?run_id=a", "both name an id"],
    ["/api/runs/a/spans/b?span_id=b", "both name an id"],
    ["/api/runs/a/spans/-", "span_id, which is missing"],
    ["/api/datasets/-", "name, which is missing"],
    [`/api/runs/${"x".repeat(1_001)}`, "1,000 characters at most, and this one 1,001"],
    [
      `/api/runs/-?run_id=${encodeURIComponent("🧀".repeat(1_001))}`,
      "1,000 characters at most, and this one 1,001",
    ],
    ["/api/runs/%E0%A4%A", "broken percent-encoding"],
  ])("refuses %.60s", (path, reason) => expect(refusalOf(path)).toContain(reason));

  it("takes ids of 1,000 characters, whatever their bytes", () => {
    for (const id of ["x".repeat(1_000), "🧀".repeat(1_000)]) {
      expect(idsOf(`/api/runs/-?run_id=${encodeURIComponent(id)}`)).toEqual({ runId: id });
    }
  });
});

it("knows which parameters belong to the path", () => {
  expect([...idParametersOf("http://h/api/runs/-/spans/-?run_id=a")]).toEqual(["run_id", "span_id"]);
  expect([...idParametersOf("http://h/api/runs?run_id=a")]).toEqual([]);
});

describe("the page of a run", () => {
  it.each([
    ["my-run", undefined, { runId: "my-run" }],
    ["-", "50%25", { runId: "50%25" }],
    ["a%252f", undefined, { runId: "a%2f" }],
    ["-", "-", { runId: "-" }],
  ])("%s and %s", (segment, given, named) => expect(readPageRunId(segment, given)).toEqual(named));

  it.each([
    ["-", undefined],
    ["-", ["a", "b"]],
    ["a", "b"],
    ["-", ""],
    ["-", "x".repeat(1_001)],
    ["%E0%A4%A", undefined],
  ])("has a reason for %.20s and %.20s", (segment, given) =>
    expect(readPageRunId(segment, given)).toEqual({ refusal: expect.any(String) }),
  );
});
