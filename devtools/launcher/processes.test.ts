import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { hasEndedWithin, isRunning, run, stopGroup } from "./processes.mjs";

const cwd = process.cwd();
const node = process.execPath;

/** A leader of a group of its own that starts a child in it and tells the child's process id. */
async function startFamily(leaderCode: string) {
  const child = "setInterval(() => {}, 1000)";
  const code = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "ignore" });
    ${leaderCode}
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const leader = spawn(node, ["-e", code], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(leader.stdout, "data");
  return { leader, childPid: Number(line) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("run", () => {
  it("gives the exit code, both streams and each line", async () => {
    const lines: string[] = [];
    const code =
      'console.log("one"); console.error("two"); process.stdout.write("three"); process.exitCode = 3';
    const result = await run(node, ["-e", code], {
      cwd,
      limitMs: 20_000,
      onLine: (line) => lines.push(line),
    });
    expect(result.code).toBe(3);
    expect(lines.sort()).toEqual(["one", "three", "two"].sort());
    expect(result.output).toContain("three");
  });

  it("keeps the end of a long output", async () => {
    const code = 'for (let i = 0; i < 50000; i++) console.log("line " + i)';
    const { output } = await run(node, ["-e", code], { cwd, limitMs: 20_000 });
    expect(output.length).toBeLessThanOrEqual(64_000);
    expect(output.trim().endsWith("line 49999")).toBe(true);
  });

  it("stops a command that takes too long, and says so", async () => {
    const { code, output } = await run(node, ["-e", "setInterval(() => {}, 1000)"], { cwd, limitMs: 100 });
    expect(code).not.toBe(0);
    expect(output).toContain("did not end within 0.1 s");
  });

  it("stops a command when its signal fires, also one that has fired before", async () => {
    const options = { cwd, limitMs: 20_000, signal: AbortSignal.abort() };
    expect((await run(node, ["-e", "setInterval(() => {}, 1000)"], options)).code).not.toBe(0);
  });

  it("does not wait for a process of another group that holds the output open", async () => {
    const code = `
      const { spawn } = require("node:child_process");
      const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "inherit" });
      other.unref();
      console.log(other.pid);`;
    const { code: exitCode, output } = await run(node, ["-e", code], { cwd, limitMs: 20_000 });
    const otherPid = Number(output);
    expect([exitCode, isAlive(otherPid)]).toEqual([0, true]);
    process.kill(otherPid, "SIGKILL");
  });

  it("fails for a command that is not there", async () => {
    expect(await run("no-such-command-anywhere", [], { cwd, limitMs: 1_000 })).toMatchObject({ code: 127 });
  });
});

describe("stopGroup", () => {
  it("ends the whole group politely", async () => {
    const { leader, childPid } = await startFamily("");
    expect(await stopGroup(leader, { politeMs: 10_000 })).toBe(true);
    expect(isRunning(leader)).toBe(false);
    await expect.poll(() => isAlive(childPid), { timeout: 5_000 }).toBe(false);
  });

  it("kills a leader that does not listen, and what it started", async () => {
    const { leader, childPid } = await startFamily('process.on("SIGTERM", () => {});');
    expect(await stopGroup(leader, { politeMs: 50 })).toBe(false);
    expect(leader.signalCode).toBe("SIGKILL");
    await expect.poll(() => isAlive(childPid), { timeout: 5_000 }).toBe(false);
  });

  it("takes away what a leader left behind", async () => {
    const { leader, childPid } = await startFamily("");
    leader.kill("SIGKILL");
    expect(await hasEndedWithin(leader, 5_000)).toBe(true);
    expect(isAlive(childPid)).toBe(true);
    expect(await stopGroup(leader, { politeMs: 0 })).toBe(true);
    await expect.poll(() => isAlive(childPid), { timeout: 5_000 }).toBe(false);
  });
});
