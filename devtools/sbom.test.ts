import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("names every package of the lock file with version, licence and checksum", () => {
  const said = execFileSync(process.execPath, ["devtools/sbom.mjs"], { encoding: "utf8" });
  const file = /in (\S+)\n$/.exec(said)?.[1] ?? "";
  const { components } = JSON.parse(readFileSync(file, "utf8")) as {
    components: { group?: string; name: string; version: string }[];
  };
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { name?: string; version: string }>;
  };
  const named = components.map(({ group, name, version }) => `${group ? `${group}/` : ""}${name}@${version}`);
  // The first entry is the app itself; a package in two folders counts once.
  const locked = Object.entries(packages)
    .slice(1)
    .map(([path, { name, version }]) => `${name ?? path.replace(/^.*node_modules\//, "")}@${version}`);
  expect(new Set(named)).toEqual(new Set(locked));
  expect(components).toContainEqual(
    expect.objectContaining({
      name: "next",
      licenses: [{ license: { id: "MIT" } }],
      hashes: [{ alg: "SHA-512", content: expect.any(String) }],
    }),
  );
}, 30_000);
