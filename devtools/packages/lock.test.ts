import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as lists from "./allowed.mjs";
import { isAllowed, packageProblems } from "./lock.mjs";

const good = { version: "1.0.0", license: "MIT", integrity: "sha512-x" };
const problems = (entry: object, manifest?: object) =>
  packageProblems({ "": {}, "node_modules/a/node_modules/@b/c": entry }, () => manifest, lists);

describe("packageProblems", () => {
  it("lets a package be whose licence is listed", () => {
    expect(problems(good)).toEqual([]);
    expect(problems(good, { license: "MIT" })).toEqual([]);
  });

  it("finds a licence that is not listed, in the lock file or only in the package", () => {
    const line = "@b/c@1.0.0 has the licence LGPL-3.0-or-later, which is not listed";
    expect(problems({ ...good, license: "LGPL-3.0-or-later" })).toEqual([expect.stringContaining(line)]);
    expect(problems(good, { license: "LGPL-3.0-or-later" })).toEqual([expect.stringContaining(line)]);
    expect(problems(good, { license: "SEE LICENSE IN x" })).toHaveLength(1);
  });

  it("reads the old forms, and finds a package that names none", () => {
    const { license: _, ...unnamed } = good;
    expect(problems(unnamed, { licenses: [{ type: "MIT", url: "x" }] })).toEqual([]);
    expect(problems(unnamed, { license: { type: "GPL-2.0" } })).toHaveLength(1);
    expect(problems(unnamed)).toEqual([expect.stringContaining("names no licence")]);
  });

  it("finds an install script that is not listed", () => {
    const entry = { ...good, hasInstallScript: true };
    expect(problems(entry)).toEqual([expect.stringContaining("@b/c@1.0.0 has an install script")]);
    expect(packageProblems({ "node_modules/esbuild": entry }, () => undefined, lists)).toEqual([]);
    // By the package's name, not by its folder's.
    const alias = { "node_modules/esbuild": { ...entry, name: "else" } };
    expect(packageProblems(alias, () => undefined, lists)).toHaveLength(1);
  });

  it("finds a package that has no checksum, unless it comes within another", () => {
    const { integrity: _, ...unchecked } = good;
    expect(problems(unchecked)).toEqual([expect.stringContaining("no checksum")]);
    expect(problems({ ...unchecked, inBundle: true })).toEqual([]);
  });

  it("keeps an exception to its package and licence", () => {
    const exceptions = { ...lists, licenceExceptions: { "@b/c": { licence: "X", reason: "r" } } };
    const of = (path: string, license: string) =>
      packageProblems({ [path]: { ...good, license } }, () => undefined, exceptions);
    expect(of("node_modules/@b/c", "X")).toEqual([]);
    expect(of("node_modules/@b/c", "Y")).toHaveLength(1);
    expect(of("node_modules/d", "X")).toHaveLength(1);
  });
});

describe("isAllowed", () => {
  it.each([
    ["MIT", true],
    ["(Apache-2.0 AND BSD-3-Clause)", true],
    ["MIT AND ISC AND BSD-3-Clause", true],
    ["GPL-3.0 OR MIT", true],
    ["Apache-2.0 AND LGPL-3.0-or-later", false],
    ["MIT OR GPL-3.0 AND ISC", true],
    ["GPL-3.0 AND MIT OR GPL-2.0", false],
    ["(MIT OR GPL-2.0) AND GPL-3.0", false],
    ["(MIT OR GPL-2.0) AND (GPL-3.0)", false],
    ["GPL-3.0", false],
    ["", false],
    ["toString", false],
  ])("%s: %s", (expression, is) => expect(isAllowed(expression, lists.allowedLicences)).toBe(is));
});

it("the image library and its LGPL part are in no place of the lock file", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { name?: string }>;
  };
  const names = Object.entries(packages).map(
    ([path, { name }]) => name ?? path.replace(/^.*node_modules\//, ""),
  );
  expect(names.filter((name) => name === "sharp" || name.startsWith("@img/"))).toEqual([]);
});
