import { afterAll, beforeAll, expect, it } from "vitest";
import { findRun } from "../runs/runs";
import { migrate } from "../schema/migrate";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "../testing/spans";
import { insertSpans } from "./insert-spans";
import { readSmallSpans } from "./whole-spans";

let database: TestDatabase;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());

it("reads several spans at once, each once, and leaves large ones and those of other runs out", async () => {
  const inRun = [text("run_id", "several"), text("a", "b")];
  const large = [...inRun, text("large", "x".repeat(100_000))];
  await insertSpans(database, [
    makeSpan({ traceId: traceIdOf(1), spanId: spanIdOf(1), name: "one", attributes: inRun }),
    makeSpan({ traceId: traceIdOf(1), spanId: spanIdOf(1), name: "one", attributes: inRun }),
    makeSpan({ traceId: traceIdOf(1), spanId: spanIdOf(2), name: "two", attributes: large }),
    makeSpan({ traceId: traceIdOf(1), spanId: spanIdOf(3), name: "three" }),
    makeSpan({ traceId: traceIdOf(2), spanId: spanIdOf(1), name: "another", attributes: inRun }),
    makeSpan({ traceId: traceIdOf(3), spanId: spanIdOf(1), name: "stranger" }),
  ]);
  const run = await findRun(database, "several");
  if (!run) throw new Error("The run is not there.");
  const spans = await readSmallSpans(database, run, [spanIdOf(1), spanIdOf(2), spanIdOf(3), "' OR 1=1 --"]);
  expect(spans.map(({ traceId, name }) => [traceId, name]).sort()).toEqual([
    [traceIdOf(1), "one"],
    [traceIdOf(1), "three"],
    [traceIdOf(2), "another"],
  ]);
  expect(spans.find(({ name }) => name === "one")?.attributes).toContainEqual(text("a", "b"));
});
