import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apiRoutes } from "@/lib/api/routes";
import { settingNames } from "./config";

const readme = readFileSync("README.md", "utf8");

describe("README", () => {
  it("has exactly the settings that the app reads", () => {
    const section = readme.slice(readme.indexOf("## Configuration"), readme.indexOf("## API"));
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(named.sort()).toEqual([...settingNames].sort());
  });

  it("has exactly the calls of the API", () => {
    const section = readme.slice(
      readme.indexOf("## API"),
      readme.indexOf("## ", readme.indexOf("## API") + 3),
    );
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([A-Z]+) (\/[^`\s?]+)`/g)].map(
        ([, method, path]) => `${method} ${path}`,
      ),
    );
    const calls = Object.entries(apiRoutes).flatMap(([path, methods]) =>
      methods.map((method) => `${method} ${path.replace(/\[(\w+)\]/g, (_, name) => `{${snakeCase(name)}}`)}`),
    );
    expect(named.sort()).toEqual(calls.sort());
  });

  it("names only commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z]+(?::[a-z]+)?)\b/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    for (const name of new Set(named)) expect(Object.keys(scripts)).toContain(name);
  });
});

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
