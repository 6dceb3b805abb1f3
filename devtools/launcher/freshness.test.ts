import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginBuild, isInstalled, type StepName, staleSteps } from "./freshness.mjs";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "freshness-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe("staleSteps", () => {
  const steps: StepName[] = ["engine", "app"];
  beforeEach(() => {
    write("app/page.tsx", "page");
    write("devtools/clickhouse/embedded/main.ts", "main");
    const finishes = steps.map((name) => beginBuild(root, name));
    write("dist/engine.mjs", "engine");
    write(".next/BUILD_ID", "id");
    for (const finish of finishes) finish();
  });

  it("finds nothing to do after a build, whatever the files' times", () => {
    utimesSync(join(root, "app/page.tsx"), new Date(), new Date());
    expect(staleSteps(root, steps)).toEqual([]);
  });

  it.each<[string, () => void, StepName[]]>([
    ["a changed source", () => write("app/page.tsx", "other"), ["app"]],
    ["a new source", () => write("app/runs/page.tsx", "new"), ["app"]],
    ["a removed source", () => rmSync(join(root, "app/page.tsx")), ["app"]],
    ["other dependencies", () => write("package-lock.json", "{}"), ["engine", "app"]],
    ["a removed output", () => rmSync(join(root, "dist/engine.mjs")), ["engine"]],
    ["an output that somebody else made", () => write(".next/BUILD_ID", "by hand"), ["app"]],
    ["a test", () => write("app/page.test.tsx", "test"), []],
  ])("after %s", (_, change, stale) => {
    change();
    expect(staleSteps(root, steps)).toEqual(stale);
  });

  it("builds again what was cut off, and what changed while it was built", () => {
    beginBuild(root, "app");
    expect(staleSteps(root, steps)).toEqual(["app"]);
    const finish = beginBuild(root, "app");
    write("app/page.tsx", "changed in between");
    finish();
    expect(staleSteps(root, steps)).toEqual(["app"]);
  });
});

describe("isInstalled", () => {
  const lock = {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/tool": { version: "2.0.0", dev: true },
    "node_modules/a-win32": { version: "1.0.0", optional: true },
  };
  const install = (packages: Record<string, object>) => {
    write("node_modules/.package-lock.json", JSON.stringify({ packages }));
    for (const path of Object.keys(packages)) mkdirSync(join(root, path), { recursive: true });
  };
  beforeEach(() => write("package-lock.json", JSON.stringify({ packages: lock })));

  it("is false where nothing is installed", () => {
    expect(isInstalled(root, { withDev: false })).toBe(false);
  });

  it("does not miss what other machines need", () => {
    install({ "node_modules/a": lock["node_modules/a"], "node_modules/tool": lock["node_modules/tool"] });
    expect(isInstalled(root, { withDev: true })).toBe(true);
  });

  it("misses the tools of the tests only where they are needed", () => {
    install({ "node_modules/a": lock["node_modules/a"] });
    expect(isInstalled(root, { withDev: false })).toBe(true);
    expect(isInstalled(root, { withDev: true })).toBe(false);
  });

  it("is false for another version, and for a package that was removed by hand", () => {
    install({ "node_modules/a": { version: "1.0.1" } });
    expect(isInstalled(root, { withDev: false })).toBe(false);
    install({ "node_modules/a": lock["node_modules/a"] });
    rmSync(join(root, "node_modules/a"), { recursive: true });
    expect(isInstalled(root, { withDev: false })).toBe(false);
  });
});
