import { expect, it } from "vitest";
import { createRestartPlan } from "./restart-plan.mjs";

const crash = (livedMs: number) => ({ livedMs, isCrash: true });
const killed = (livedMs: number) => ({ livedMs, isCrash: false });

it("waits longer after each quick death, up to a limit, and gives up after ten", () => {
  const plan = createRestartPlan();
  const waits = Array.from({ length: 11 }, () => plan.afterDeath(killed(100)));
  expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000, 5_000, undefined]);
});

it("begins again after a long life", () => {
  const plan = createRestartPlan();
  for (let i = 0; i < 9; i++) plan.afterDeath(crash(100));
  expect(plan.afterDeath(crash(60_000))).toBe(200);
  expect(plan.afterDeath(crash(100))).toBe(400);
});

it("takes a crash for a quick one for longer than a kill from outside", () => {
  const plan = createRestartPlan();
  for (let i = 0; i < 20; i++) expect(plan.afterDeath(killed(10_000))).toBe(200);
  expect(plan.afterDeath(crash(10_000))).toBe(400);
  for (let i = 0; i < 8; i++) expect(plan.afterDeath(crash(10_000))).toBeDefined();
  expect(plan.afterDeath(crash(10_000))).toBeUndefined();
});
