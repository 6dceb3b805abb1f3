import { describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "../span";
import { groupRuns } from "./group-runs";

const span = (traceId: string, spanId: string, startNs: bigint, more: Partial<Span> = {}): Span => ({
  traceId,
  spanId,
  parentSpanId: "",
  traceState: "",
  name: `name ${spanId}`,
  kind: "Internal",
  serviceName: "",
  scopeName: "",
  scopeVersion: "",
  startNs: nanoseconds(startNs),
  durationNs: nanoseconds(10n),
  status: "Unset",
  statusMessage: "",
  attributes: [],
  resource: [],
  events: [],
  links: [],
  ...more,
});
const attribute = (key: string, value: string) => ({ key, value, type: "string" as const });

describe("runs of a file's spans", () => {
  it("are the traces that name a run together, and each other trace by itself", () => {
    const runs = groupRuns([
      span("c", "1", 50n),
      span("a", "1", 20n, { parentSpanId: "2" }),
      span("b", "1", 30n, { attributes: [attribute("run_id", "r"), attribute("question", "Why?")] }),
      span("a", "2", 10n, { attributes: [attribute("run_id", "r")] }),
    ]);
    expect(
      runs.map(({ runId, title, spans }) => [runId, title, spans.map(({ startNs }) => startNs)]),
    ).toEqual([
      ["r", "Why?", [10n, 20n, 30n]],
      ["c", "name 1", [50n]],
    ]);
    expect(runs[0]).toMatchObject({ startNs: 10n, endNs: 40n });
  });

  it("hold a trace that names several in each of them", () => {
    const both = [attribute("run_id", "x")];
    const runs = groupRuns([
      span("a", "1", 1n, { attributes: both }),
      span("a", "2", 2n, { attributes: [attribute("run_id", "y")], parentSpanId: "1" }),
    ]);
    expect(runs.map(({ runId, spans }) => [runId, spans.length])).toEqual([
      ["x", 2],
      ["y", 2],
    ]);
    expect(runs[0]?.title).toBe("name 1");
  });

  it("are none where there are no spans", () => expect(groupRuns([])).toEqual([]));
});
