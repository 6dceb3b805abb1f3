import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

/** Another user than root, as in the image: root may write to any file. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const script = readFileSync("devtools/clickhouse/start.sh", "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jiva-passwords-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts the script with `env` in place of the server: what the server would have in its environment. */
function start(given: Record<string, string> = {}): Record<string, string> {
  const env = { ...process.env, PASSWORDS_DIR: folder, SERVER: "env", ...given };
  const { stdout, stderr, status } = spawnSync("sh", ["-s"], {
    input: script,
    env,
    ...user,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return Object.fromEntries(stdout.split("\n").map((line) => line.split("=") as [string, string]));
}

const password = (name: string) => readFileSync(join(folder, name), "utf8");

it("makes passwords at the first start, and keeps them", () => {
  const first = start();
  expect(first.OTEL_USER_PASSWORD).toMatch(/^p[0-9a-f]{32}$/);
  expect(first.GRAFANA_USER_PASSWORD).not.toBe(first.OTEL_USER_PASSWORD);
  expect(password("otel_user")).toBe(first.OTEL_USER_PASSWORD);
  expect(password("grafana_admin")).toMatch(/^p[0-9a-f]{32}$/);
  // For every service to read, for none to change.
  expect(statSync(join(folder, "otel_user")).mode & 0o777).toBe(0o444);
  expect(start().OTEL_USER_PASSWORD).toBe(first.OTEL_USER_PASSWORD);
});

it("takes a password that is given, also later on", () => {
  start();
  expect(start({ OTEL_USER_PASSWORD: "given" }).OTEL_USER_PASSWORD).toBe("given");
  expect(password("otel_user")).toBe("given");
  expect(start().OTEL_USER_PASSWORD).toBe("given");
});
