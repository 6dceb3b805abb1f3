import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runsQuerySchema } from "@/lib/api/runs";
import { listRuns } from "../runs/list-runs";
import { insertSpans } from "../spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, text, traceIdOf } from "../testing/spans";
import { createRunMender, mendRuns } from "./mend-runs";
import { migrate } from "./migrate";

let database: TestDatabase;
let ending: AbortController;
beforeEach(async () => {
  ending = new AbortController();
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterEach(async () => {
  ending.abort();
  await database.drop();
});

const spanOf = (n: number) => makeSpan({ traceId: traceIdOf(n), attributes: [text("run_id", `run-${n}`)] });
const runIds = async () =>
  (await listRuns(database, runsQuerySchema.parse({}), new AbortController().signal)).runs.map(
    ({ run_id }) => run_id,
  );
const spansStored = async () => {
  const result = await database.traces.query({
    query: "SELECT count() AS n FROM otel_traces",
    format: "JSONEachRow",
  });
  return (await result.json<{ n: string }>())[0]?.n;
};
/** What a full disk does to a view's table: its write is refused, that of the spans was not. */
const refuse = (table: string) =>
  database.traces.command({ query: `ALTER TABLE ${table} ADD CONSTRAINT refused CHECK TraceId = ''` });
const admit = (table: string) =>
  database.traces.command({ query: `ALTER TABLE ${table} DROP CONSTRAINT refused` });

it("brings the run of spans that were stored without it, nobody sending them again", async () => {
  const onGivenUp = vi.fn();
  const command = vi.spyOn(database.traces, "command");
  const times = { firstPauseMs: 500, maxPauseMs: 500 };
  const insert = createRunMender(database.traces, ending.signal, onGivenUp, times).watch((spans) =>
    insertSpans(database, spans),
  );
  await insert([spanOf(1)]);
  for (const table of ["jiva_traces", "jiva_run_traces"]) await refuse(table);
  await expect(insert([spanOf(2)])).rejects.toThrow("refused");
  expect([await spansStored(), await runIds()]).toEqual(["2", ["run-1"]]);
  for (const table of ["jiva_traces", "jiva_run_traces"]) await admit(table);
  const full = Object.assign(new Error("Disk full"), { code: "243", type: "NOT_ENOUGH_SPACE" });
  command.mockRejectedValueOnce(full);
  await vi.waitFor(async () => expect((await runIds()).sort()).toEqual(["run-1", "run-2"]), {
    timeout: 20_000,
  });
  expect(command.mock.settledResults).toContainEqual({ type: "rejected", value: full });
  expect(onGivenUp).not.toHaveBeenCalled();
});

it("finds them in the part that they were merged into, and changes nothing else", async () => {
  await insertSpans(database, [spanOf(1)]);
  await refuse("jiva_traces");
  await expect(insertSpans(database, [spanOf(2)])).rejects.toThrow("refused");
  await admit("jiva_traces");
  await database.traces.command({ query: "OPTIMIZE TABLE otel_traces FINAL" });
  expect(await runIds()).toEqual(["run-1"]);
  for (let time = 0; time < 2; time++) {
    await mendRuns(database.traces, 0, ending.signal);
    expect((await runIds()).sort()).toEqual(["run-1", "run-2"]);
  }
  expect(await spansStored()).toBe("2");
});
