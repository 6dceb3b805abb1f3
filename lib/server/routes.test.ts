import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, it } from "vitest";
import { apiRoutes } from "@/lib/api/routes";

/** A call that is missing from the door's table would answer 404. */
it("the table of calls is what the folder of the app holds", () => {
  const found = Object.fromEntries(
    readdirSync("app", { recursive: true, encoding: "utf8" })
      .map((path) => path.split(sep).join("/"))
      .filter((path) => path.endsWith("/route.ts"))
      .map((path) => {
        const text = readFileSync(join("app", path), "utf8");
        const exported = [...text.matchAll(/^export (?:const |\{ ?)([A-Z]+)\b/gm)].map(
          ([, method]) => method,
        );
        return [`/${path.slice(0, -"/route.ts".length)}`, exported.sort()];
      }),
  );
  expect(Object.keys(found).length).toBeGreaterThan(10);
  expect(apiRoutes).toEqual(found);
});
