import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { watchApp } from "./watch-app.mjs";

const folder = mkdtempSync(join(tmpdir(), "watch-app-"));
afterAll(() => rmSync(folder, { recursive: true }));
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const answering = `process.on("message", (message) => {
  if (message.totals.app.restarts === 7) process.send({ type: "alive" });
});`;
const limits = { lookEveryMs: 200, silenceMs: 1_000, stoppedMs: 400 };

function watch(code: string) {
  const file = join(folder, `${stops.length}.cjs`);
  writeFileSync(file, code);
  const child = fork(file, { execArgv: [] });
  const end = vi.fn();
  const totals = () => ({ app: { restarts: 7, is_away: false } });
  const watcher = watchApp({ child, totals, end, limits });
  stops.push(() => {
    watcher.stop();
    child.kill("SIGKILL");
  });
  return { child, end };
}

it("ends an app whose event loop stands still, once it has answered before", async () => {
  const { end } = watch(`${answering} setTimeout(() => { for (;;); }, 1_000);`);
  await vi.waitFor(() => expect(end).toHaveBeenCalled(), { timeout: 15_000 });
  expect(end.mock.calls[0]).toEqual(["it did not answer for 1 s", { beganMs: expect.any(Number) }]);
}, 20_000);

it("ends an app whose process is stopped", async () => {
  const { child, end } = watch(answering);
  child.kill("SIGSTOP");
  await vi.waitFor(() => expect(end).toHaveBeenCalled(), { timeout: 15_000 });
  expect(end.mock.calls[0]?.[0]).toBe("its process was stopped");
}, 20_000);

it("leaves alone one that answers, and one that has not begun to", async () => {
  const answers = watch(answering);
  const says = vi.fn();
  answers.child.on("message", says);
  const silent = watch(
    "setInterval(() => {}, 1_000); for (const end = Date.now() + 2_000; Date.now() < end; );",
  );
  // More answers than silence has looks.
  await vi.waitFor(() => expect(says.mock.calls.length).toBeGreaterThan(8), { timeout: 15_000 });
  expect([answers.end.mock.calls, silent.end.mock.calls]).toEqual([[], []]);
}, 20_000);
