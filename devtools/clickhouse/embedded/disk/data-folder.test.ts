import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findOwner, openDataFolder, readOrMakePassword } from "./data-folder";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "data-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("openDataFolder", () => {
  it("makes the folder with those above it, for this user only", () => {
    const { root } = openDataFolder(join(folder, "a", "b"));
    expect(root).toBe(join(folder, "a", "b"));
    expect(statSync(root).mode & 0o777).toBe(0o700);
  });

  it("says so where none can be made", () => {
    expect(() => openDataFolder("/proc/jiva/data")).toThrow(
      /^DATA_DIR is \/proc\/jiva\/data, which .+: mend that/,
    );
  });
});

describe("readOrMakePassword", () => {
  it("makes one that only this user can read, and keeps it", () => {
    const path = join(folder, "password");
    const made = readOrMakePassword(path);
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readOrMakePassword(path)).toBe(made);
  });

  it("replaces one that is empty, and closes one that was open to all", () => {
    const path = join(folder, "password");
    writeFileSync(path, "\n", { mode: 0o644 });
    const made = readOrMakePassword(path);
    expect(readFileSync(path, "utf8")).toBe(`${made}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe("findOwner", () => {
  const note = (pid: number) => {
    mkdirSync(join(folder, "store"));
    writeFileSync(
      join(folder, "store", "status"),
      `PID: ${pid}\nStarted at: 2026-01-01 00:00:00\nRevision: 54512\n`,
    );
  };

  it("finds the process that lives", () => {
    note(process.ppid);
    expect(findOwner(join(folder, "store"))).toBe(process.ppid);
  });

  it("finds none where none has been, or where it has died", () => {
    expect(findOwner(join(folder, "store"))).toBeUndefined();
    note(2 ** 30);
    expect(findOwner(join(folder, "store"))).toBeUndefined();
  });
});
