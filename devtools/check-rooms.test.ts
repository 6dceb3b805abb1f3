import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkRooms } from "./check-rooms.mjs";
import { folderProblems } from "./rooms/folders.mjs";
import { importsOf, roomOf, violationsOf } from "./rooms/imports.mjs";

/** The violations of one source, without the path and line in front. */
function violations(path: string, ...lines: string[]): string[] {
  return violationsOf([{ path, text: lines.join("\n") }]).map((line) => line.slice(line.indexOf(" ") + 1));
}

describe("importsOf", () => {
  it("sees every way to import, with its line", () => {
    const text = [
      'import a from "a";',
      "import {",
      "  b,",
      "  type B,",
      '} from "./b";',
      'import type { C } from "@/c";',
      'import "./d.css";',
      'export { e } from "e";',
      'export * as f from "f";',
      'const g = await import("g");',
      'let h: import("h").H;',
      'const i = require("i");',
      "await import(name);",
    ].join("\n");
    expect(importsOf(text).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      "1 a",
      "5 ./b",
      "6 @/c",
      "7 ./d.css",
      "8 e",
      "9 f",
      "10 g",
      "11 h",
      "12 i",
      "13 null",
    ]);
  });

  it("leaves other code alone", () => {
    expect(importsOf('export const from = "x";\nlog(`take it from "y"`);\nconst important = ("z");')).toEqual(
      [],
    );
  });
});

describe("roomOf", () => {
  it.each([
    ["components/gantt/timeline.tsx", "components/gantt"],
    ["components/ui/button.tsx", "components/ui"],
    ["app/api/ask/route.ts", "app"],
    ["next.config.mjs", "configuration"],
    ["lib/unheard-of/x.ts", undefined],
  ])("%s lies in %s", (path, room) => expect(roomOf(path)).toBe(room));
});

describe("folderProblems", () => {
  const many = Array.from({ length: 26 }, (_, n) => `lib/full/a${n}.ts`);

  it("names folders with more than 25 sources, tests aside", () => {
    expect(folderProblems([...many, "lib/full/b.test.ts"], ["lib/full"])).toEqual([
      "lib/full holds 26 sources, 25 at most: give it folders",
    ]);
    expect(folderProblems([...many.slice(1), "lib/full/b.test.ts"], ["lib/full"])).toEqual([]);
  });

  it("names rooms that are not there", () => {
    expect(folderProblems(["lib/base/a.ts", "sample.ts"], ["lib/base", "sample.ts", "lib/model"])).toEqual([
      "devtools/rooms/table.mjs has a row for lib/model, which is not there",
    ]);
  });
});

describe("violationsOf", () => {
  it.each([
    ["an alias", 'import { x } from "@/lib/trace/span";'],
    ["a relative path", 'import { x } from "../trace/span";'],
    ["a type", 'import type { X } from "@/lib/trace/span";'],
    ["a re-export", 'export * from "@/lib/trace/span";'],
    ["a dynamic import", 'const x = await import("@/lib/trace/span");'],
  ])("refuses another room by %s", (_, line) => {
    expect(violations("lib/base/a.ts", line)).toEqual([
      expect.stringContaining("room lib/base may not import room lib/trace"),
    ]);
  });

  it.each([
    ["lib/retrieval/a.ts", 'import { readFile } from "node:fs/promises";', "package node:fs/promises"],
    ["lib/gantt/a.ts", 'import fs from "fs";', "package node:fs"],
    ["lib/gantt/a.ts", 'import { useState } from "react";', "package react"],
    ["lib/text/a.ts", 'import { createClient } from "@clickhouse/client";', "package @clickhouse/client"],
    ["components/gantt/a.tsx", 'import Link from "next/link";', "package next/link"],
    ["components/ui/a.tsx", 'import { cookies } from "next/headers";', "package next/headers"],
    ["components/ui/a.tsx", 'import { services } from "@/lib/server/services";', "room lib/server"],
    ["lib/server/a.ts", 'import page from "@/app/page";', "room app"],
    ["lib/server/a.ts", 'import { x } from "@/devtools/launcher/ports";', "room devtools/launcher"],
    ["e2e/a.spec.ts", 'import { x } from "@/lib/trace/span";', "room lib/trace"],
    ["devtools/launcher/a.mjs", 'import { z } from "zod";', "package zod"],
    ["instrumentation.ts", 'import { x } from "@/lib/clickhouse/connection/client";', "room lib/clickhouse"],
  ])("%s may not write %s", (path, line, refused) => {
    expect(violations(path, line)).toEqual([expect.stringContaining(`may not import ${refused}`)]);
  });

  it("lets types alone be imported of a room whose types are allowed", () => {
    const path = "lib/clickhouse/a.ts";
    const from = '"@/lib/retrieval/ports";';
    const only = "room lib/clickhouse may import types of room lib/retrieval only";
    expect(violations(path, `import type { Cell } from ${from}`)).toEqual([]);
    expect(violations(path, `import type {\n  Cell,\n} from ${from}`)).toEqual([]);
    expect(violations(path, `export type { Cell } from ${from}`)).toEqual([]);
    for (const line of [
      `import { cells } from ${from}`,
      `import { type Cell, cells } from ${from}`,
      `import type, { cells } from ${from}`,
      `import type from ${from}`,
      `export { cells } from ${from}`,
      `import ${from}`,
      `await import(${from.slice(0, -1)});`,
    ]) {
      expect(violations(path, line), line).toEqual([expect.stringContaining(only)]);
    }
    // Each import for itself: a type before a value does not cover it.
    expect(
      violations(path, `import type { Cell } from ${from}`, `import { cells } from ${from}`),
    ).toHaveLength(1);
  });

  it("names the file, the line and the import", () => {
    expect(violationsOf([{ path: "lib/base/a.ts", text: '\n\nimport { z } from "zod";' }])).toEqual([
      "lib/base/a.ts:3 imports zod: room lib/base may not import package zod",
    ]);
  });

  it("keeps what tests share for tests", () => {
    const line = 'import { makeSpan } from "./testing/spans";';
    expect(violations("lib/clickhouse/a.ts", line)).toEqual([
      expect.stringContaining("what lies in testing/ is for tests"),
    ]);
    expect(violations("lib/server/a.ts", 'import type { X } from "@/lib/clickhouse/testing/spans";')).toEqual(
      [expect.stringContaining("what lies in testing/ is for tests")],
    );
    expect(violations("lib/clickhouse/a.test.ts", line)).toEqual([]);
    expect(violations("lib/clickhouse/testing/a.ts", 'import { x } from "../testing/spans";')).toEqual([]);
    expect(violations("devtools/a.ts", 'import { x } from "@/lib/clickhouse/testing/spans";')).toEqual([]);
  });

  it("lets a test use the tools of tests, and keeps it to its room otherwise", () => {
    const lines = ['import { it } from "vitest";', 'import { x } from "@/lib/server/config";'];
    expect(violations("lib/base/a.test.ts", ...lines)).toEqual([expect.stringContaining("room lib/server")]);
    expect(violations("lib/base/a.ts", ...lines)).toHaveLength(2);
  });

  it("lets only a test that runs against the engine use its client", () => {
    const line = 'import { createClient } from "@clickhouse/client";';
    expect(violations("lib/ingest/a.int.test.ts", line)).toEqual([]);
    expect(violations("lib/ingest/a.test.ts", line)).toHaveLength(1);
  });

  it("refuses a relative way into another room, a computed path, a way out, and a file outside every room", () => {
    expect(violations("lib/trace/a.ts", 'import { x } from "../base/time";')).toEqual([
      expect.stringContaining("write another room as @/lib/base/time"),
    ]);
    expect(violations("lib/server/a.ts", "await import(path);")).toEqual([
      expect.stringContaining("cannot follow"),
    ]);
    expect(violations("lib/server/a.ts", 'import "../../../x";')).toEqual([
      expect.stringContaining("outside the project"),
    ]);
    expect(violations("lib/odd.ts")).toEqual([expect.stringContaining("lies in no room")]);
  });

  it.each(["await fetch(url)", "Date.now()", "new Date()", "process.env.HOME", "new WebSocket(url)"])(
    "keeps a pure room from %s",
    (code) => {
      expect(violations("lib/export/a.ts", `const x = ${code};`)).toEqual([
        expect.stringContaining("is pure"),
      ]);
      expect(violations("lib/server/a.ts", `const x = ${code};`)).toEqual([]);
    },
  );

  it("allows what the table allows", () => {
    const lines = [
      'import { useQuery } from "@tanstack/react-query";',
      'import { Timeline } from "@/components/gantt/timeline";',
      'import { paths } from "@/lib/api/paths";',
      'import { Button } from "@/components/ui/button";',
    ];
    expect(violations("components/runs/a.tsx", ...lines)).toEqual([]);
  });
});

describe("checkRooms", () => {
  let root = "";
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function tree(files: Record<string, string>): string {
    root = mkdtempSync(join(tmpdir(), "rooms-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  }

  it("fails when it read no file", () => {
    const { files, violations: found } = checkRooms(tree({ "node_modules/x/index.ts": "", "README.md": "" }));
    expect(files).toBe(0);
    expect(found).toHaveLength(1);
  });

  it("reads every kind of source, at any depth", () => {
    const bad = 'import { z } from "zod";\n';
    const found = checkRooms(
      tree({ "lib/base/a.ts": bad, "components/gantt/deep/b.tsx": bad, "devtools/launcher/c.mjs": bad }),
    );
    expect(found.files).toBe(3);
    expect(found.violations.filter((line) => line.includes("imports zod"))).toHaveLength(3);
  });
});
