import { fork } from "node:child_process";
import { expect, inject, it } from "vitest";
import { isAlive } from "./testing/processes";

it("a job that never looks up ends by itself when the app has been killed", { timeout: 30_000 }, async () => {
  const app = fork(inject("testAppFile"), [inject("testJobsFile")]);
  const pid = await new Promise<number>((resolve, reject) => {
    app.once("message", (message) => resolve(Number(String(message).slice(4))));
    app.once("exit", (code) => reject(new Error(`The app ended with ${code}.`)));
  });
  expect(isAlive(pid)).toBe(true);
  app.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 20_000, interval: 50 }).toBe(false);
});
