import { spawn } from "node:child_process";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Kept, keepRunning } from "./keep-running.mjs";
import { hasEndedWithin, isRunning } from "./processes.mjs";
import { createReport } from "./report.mjs";
import type { RestartPlan } from "./restart-plan.mjs";
import { createRestarts } from "./restarts.mjs";
import { CannotStart } from "./settings.mjs";

const forever = "setInterval(() => {}, 1000)";
const start = (code: string) =>
  spawn(process.execPath, ["-e", code], { detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"] });

const kept: Kept[] = [];
afterEach(() => Promise.all(kept.splice(0).map((one) => one.stop({ politeMs: 0 }))));

interface Options {
  readonly code?: string;
  readonly ready?: () => Promise<void>;
  readonly plan?: RestartPlan;
}

function keep({ code = forever, ready = async () => {}, plan }: Options = {}) {
  const lines: string[] = [];
  const changes: unknown[] = [];
  const restarts = createRestarts({
    ownEngine: true,
    onChange: () => changes.push(restarts.totals().engine),
  });
  const onGivenUp = vi.fn();
  const one = keepRunning({
    name: "engine",
    child: start(forever),
    spawn: () => start(code),
    ready,
    watch: () => ({ stop: () => undefined }),
    advice: "Look above.",
    report: createReport({ write: (text: string) => lines.push(text.trim()) }),
    restarts,
    onGivenUp,
    ...(plan && { plan }),
  });
  kept.push(one);
  const another = (before: Kept["child"]) =>
    vi.waitFor(
      () =>
        expect([one.child !== before, isRunning(one.child), restarts.totals().engine?.is_away]).toEqual([
          true,
          true,
          false,
        ]),
      { timeout: 10_000 },
    );
  return { kept: one, lines, changes, restarts, onGivenUp, another };
}

describe("keepRunning", () => {
  it("starts anew what was killed, and counts it with its reason", async () => {
    const { kept, lines, changes, another } = keep();
    const before = kept.child;
    before.kill("SIGKILL");
    await another(before);
    expect(lines[0]).toBe("Jiva  the engine ended by itself (SIGKILL); starting it again");
    expect(lines[1]).toMatch(/^Jiva {2}the engine is back after [\d.]+ s$/);
    const last_restart = { at: expect.any(String), reason: "SIGKILL" };
    expect(changes).toEqual([
      { restarts: 1, last_restart, is_away: true },
      { restarts: 1, last_restart, is_away: false },
    ]);
  });

  it("ends a process that is stopped, and what is in its group", async () => {
    const family = `const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", ${JSON.stringify(forever)}], { stdio: "ignore" });
      process.send(child.pid); ${forever}`;
    const { kept, lines, another } = keep({ code: family });
    const first = kept.child;
    kept.end("a test wants it");
    await another(first);
    const leader = kept.child;
    const childPid = await new Promise<number>((resolve) =>
      leader.once("message", (pid) => resolve(Number(pid))),
    );
    leader.kill("SIGSTOP");
    kept.end("it was stopped", { detail: "by a test" });
    await another(leader);
    await vi.waitFor(() => expect(() => process.kill(childPid, 0)).toThrow("ESRCH"), { timeout: 5_000 });
    expect(lines).toContain("Jiva  the engine is ended: it was stopped (by a test); starting it again");
  });

  it("takes the reason from a process that ends itself", async () => {
    const { kept, restarts, another } = keep({
      code: `process.send({ type: "ending", reason: "broken" }, () => process.kill(process.pid, "SIGKILL")); ${forever}`,
      ready: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    const first = kept.child;
    kept.end("a test wants it");
    await another(first).catch(() => undefined);
    await vi.waitFor(() => expect(restarts.totals().engine?.last_restart?.reason).toBe("broken"), {
      timeout: 10_000,
    });
  });

  it("gives up on what ends too often, with the last reason", async () => {
    const deaths: { livedMs: number; isCrash: boolean }[] = [];
    const plan = { afterDeath: (death: (typeof deaths)[number]) => (deaths.push(death) < 4 ? 1 : undefined) };
    const { kept, onGivenUp, restarts } = keep({ code: "process.exit(3)", plan });
    kept.child.kill("SIGKILL");
    await vi.waitFor(() => expect(onGivenUp).toHaveBeenCalled(), { timeout: 10_000 });
    expect(onGivenUp.mock.calls).toEqual([["The engine keeps ending (exit code 3). Look above."]]);
    expect(deaths.map(({ isCrash }) => isCrash)).toEqual([false, true, true, true]);
    expect(restarts.totals().engine?.restarts).toBe(4);
  });

  it("gives up at once where no further try can help", async () => {
    const { kept, onGivenUp } = keep({ ready: () => Promise.reject(new CannotStart("The port is taken.")) });
    kept.child.kill("SIGKILL");
    await vi.waitFor(() => expect(onGivenUp).toHaveBeenCalledWith("The port is taken."), { timeout: 10_000 });
    expect(isRunning(kept.child)).toBe(false);
  });

  it("starts nothing after it was stopped", async () => {
    const { kept, changes } = keep();
    const stopped = kept.child;
    await kept.stop({ politeMs: 1_000 });
    expect(await hasEndedWithin(stopped, 1_000)).toBe(true);
    kept.end("too late");
    expect([kept.child === stopped, changes]).toEqual([true, []]);
  });
});
