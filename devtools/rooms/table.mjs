// @ts-check
/**
 * Who may import whom. A room may always import itself; everything else needs an entry here. `packages` names
 * npm packages and Node's own modules: `name` allows the package and its subpaths, `name*` any such prefix.
 *
 * @typedef {object} Row
 * @property {readonly string[]} rooms rooms that may be imported
 * @property {readonly string[]} [types] rooms of which only types may be imported: ports, and what the API declares
 * @property {readonly string[]} packages packages that may be imported
 * @property {"pure"} [touches] pure: no network, no disk, no clock, no process
 */

const lib = [
  "lib/base",
  "lib/api",
  "lib/trace",
  "lib/otlp",
  "lib/formats",
  "lib/packed",
  "lib/find",
  "lib/gantt",
  "lib/export",
  "lib/text",
  "lib/retrieval",
  "lib/workers",
  "lib/ingest",
  "lib/clickhouse",
  "lib/telemetry",
  "lib/door",
  "lib/server",
];
const opentelemetry = ["@opentelemetry/*", "@vercel/otel"];
const pages = [
  "react",
  "react-dom",
  "@tanstack/react-query",
  "zod",
  "next/link",
  "next/navigation",
  "next/dynamic",
];
const markdown = ["mdast*", "@types/mdast", "micromark*", "unist-util-*"];

/** @type {Readonly<Record<string, Row>>} */
export const table = {
  "lib/base": { rooms: [], packages: [], touches: "pure" },
  "lib/text": { rooms: ["lib/base"], packages: ["wink-porter2-stemmer"], touches: "pure" },
  "lib/trace": { rooms: ["lib/base"], packages: [], touches: "pure" },
  "lib/api": { rooms: ["lib/base", "lib/trace"], packages: ["zod"], touches: "pure" },
  "lib/otlp": { rooms: ["lib/base", "lib/trace"], packages: ["@bufbuild/protobuf"], touches: "pure" },
  "lib/formats": { rooms: ["lib/base", "lib/trace", "lib/otlp"], packages: [], touches: "pure" },
  "lib/packed": { rooms: ["lib/base", "lib/trace"], packages: [], touches: "pure" },
  "lib/find": { rooms: ["lib/base", "lib/trace", "lib/packed"], packages: [], touches: "pure" },
  "lib/gantt": { rooms: ["lib/base", "lib/trace", "lib/find"], packages: [], touches: "pure" },
  "lib/export": { rooms: ["lib/base", "lib/trace", "lib/packed"], packages: [], touches: "pure" },
  "lib/retrieval": {
    rooms: ["lib/base", "lib/text", "lib/trace"],
    types: ["lib/api"],
    packages: [],
    touches: "pure",
  },
  "lib/workers": { rooms: ["lib/base"], packages: ["node:*", "piscina"] },
  "lib/ingest": {
    rooms: ["lib/base", "lib/text", "lib/workers"],
    packages: ["node:*", "busboy", "hyparquet*", ...markdown],
  },
  "lib/telemetry": { rooms: ["lib/base", "lib/trace"], packages: ["node:*", ...opentelemetry] },
  "lib/clickhouse": {
    rooms: ["lib/base", "lib/trace", "lib/find", "lib/api"],
    types: ["lib/retrieval", "lib/ingest"],
    packages: ["node:*", "@clickhouse/client", "zod"],
  },
  // In front of Next: knows requests and answers, and nothing of the app.
  "lib/door": { rooms: ["lib/base", "lib/api"], packages: ["node:*"] },
  "lib/server": {
    rooms: lib.filter((room) => room !== "lib/gantt"),
    packages: ["node:*", "zod", "next", "uuid"],
  },
  "components/gantt": {
    rooms: ["lib/base", "lib/trace", "lib/otlp", "lib/packed", "lib/find", "lib/gantt"],
    packages: ["react", "react-dom"],
  },
  "components/ui": { rooms: ["lib/base", "lib/api", "lib/gantt"], packages: pages },
  "components/shared": {
    rooms: ["components/ui", "lib/base", "lib/api", "lib/trace", "lib/gantt"],
    packages: pages,
  },
  "components/answer": {
    rooms: ["components/ui", "components/shared", "lib/base", "lib/api", "lib/trace"],
    packages: pages,
  },
  "components/data": { rooms: ["components/ui", "lib/base", "lib/api"], packages: pages },
  "components/runs": {
    rooms: [
      "components/ui",
      "components/shared",
      "components/gantt",
      "lib/base",
      "lib/api",
      "lib/trace",
      "lib/formats",
      "lib/packed",
      "lib/find",
      "lib/gantt",
    ],
    packages: [...pages, "recharts"],
  },
  app: {
    rooms: [
      "components/ui",
      "components/shared",
      "components/answer",
      "components/data",
      "components/runs",
      "components/gantt",
      "lib/api",
      "lib/server",
    ],
    packages: ["next", "react"],
  },
  "instrumentation.ts": { rooms: ["lib/telemetry", "lib/server"], packages: [] },
  // A test of other settings starts a Jiva of its own.
  e2e: {
    rooms: ["lib/api", "devtools/launcher"],
    packages: ["node:*", "@playwright/test", "@axe-core/playwright", "fast-check"],
  },
  devtools: { rooms: [...lib, "components/gantt", "devtools/launcher", "devtools/suites"], packages: ["*"] },
  // What runs before anything is installed has Node's own modules and nothing else.
  "devtools/launcher": { rooms: [], packages: ["node:*"] },
  "devtools/start.mjs": { rooms: ["devtools/launcher"], packages: ["node:*"] },
  "devtools/suites": { rooms: ["devtools/launcher"], packages: ["node:*"] },
  "devtools/test.mjs": { rooms: ["devtools/launcher", "devtools/suites"], packages: ["node:*"] },
  sample: { rooms: [], packages: ["node:*"] },
  configuration: {
    rooms: [],
    packages: ["node:*", "next", "vitest", "vite", "@vitejs/*", "@playwright/test"],
  },
};

/** What a test may import beyond its room. */
export const testPackages = [
  "node:*",
  "vitest",
  "fast-check",
  "happy-dom",
  "@testing-library/*",
  "@opentelemetry/otlp-transformer",
];
/** What a test that runs against the engine may import beyond that. */
export const engineTestPackages = ["@clickhouse/client", ...opentelemetry];

/** Ways to the network, the disk, the clock and the process that need no import. */
export const worldly =
  /(?<![\w."'])(fetch\(|new (?:WebSocket|EventSource|XMLHttpRequest|Date\(\))|Date\.now\(|performance\.now\(|process\.)/;
