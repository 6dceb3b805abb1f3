import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const docs = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "devtools/README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" }).map((path) => join("docs", path)),
  ...readdirSync("lib", { recursive: true, encoding: "utf8" }).map((path) => join("lib", path)),
].filter((path) => path.endsWith(".md"));
const pages = docs.map((path) => ({
  path,
  text: readFileSync(path, "utf8").replace(/^```[\s\S]*?^```/gm, ""),
}));

/** Folders of an earlier checkout, which devtools/README.md says how to take along. */
const gone = new Set(["devtools/clickhouse/data", "devtools/grafana/data"]);

/** `a/{b,c}.ts` as a/b.ts and a/c.ts. */
function expandBraces(path: string): string[] {
  const [, before, choices, after] = /^(.*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  if (choices === undefined) return [path];
  return choices.split(",").map((choice) => `${before}${choice}${after}`);
}

/** Where a page leaves the ending out, one of these is there. */
const endings = ["", ".ts", ".tsx", ".mjs"];
const isThere = (path: string) => endings.some((ending) => existsSync(path + ending));

describe("documents", () => {
  it("link to what there is", () => {
    const broken = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^https?:/.test(target) && !existsSync(join(dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("name files that there are", () => {
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:app|components|devtools|docs|e2e|lib)\/[^`\s]*)`/g)]
        .map(([, name = ""]) => name)
        // A path with a gap in it is a form, not a file.
        .filter((name) => !/[…*]|NAME/.test(name) && !gone.has(name))
        .flatMap(expandBraces)
        .map((name) => ({ path, name })),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ name }) => !isThere(name)).map(({ path, name }) => `${path}: ${name}`)).toEqual(
      [],
    );
  });

  it("list every decision with its title and status", () => {
    const index = readFileSync("docs/decisions/README.md", "utf8");
    const rows = [...index.matchAll(/^\| (\d+) \| \[(.+)\]\((\S+)\) \| (\d{4}-\d\d-\d\d) \| (.+) \|$/gm)];
    const listed = rows.map(([, number, title, file, , status]) => ({ number, title, file, status }));
    const written = readdirSync("docs/decisions")
      .filter((file) => file !== "README.md")
      .sort()
      .map((file) => {
        const text = readFileSync(join("docs/decisions", file), "utf8");
        const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
        const [, status] = /^Status: (\w+(?: by \d+)?)/m.exec(text) ?? [];
        return { number, title, file, status };
      });
    expect(listed).toEqual(written);
  });
});
