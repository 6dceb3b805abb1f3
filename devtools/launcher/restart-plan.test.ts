import { expect, it } from "vitest";
import { createRestartPlan } from "./restart-plan.mjs";

it("waits longer after each quick death, up to a limit, and gives up after ten", () => {
  const plan = createRestartPlan();
  const waits = Array.from({ length: 11 }, () => plan.afterDeath(100));
  expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000, 5_000, undefined]);
});

it("begins again after a long life", () => {
  const plan = createRestartPlan();
  for (let i = 0; i < 9; i++) plan.afterDeath(100);
  expect(plan.afterDeath(60_000)).toBe(200);
  expect(plan.afterDeath(100)).toBe(400);
});
