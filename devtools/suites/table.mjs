// @ts-check
/**
 * The suites that are run by name because they are long, random, or need programs that not every machine has.
 * `npm run test:NAME` runs one whole; `npm test -- --NAME` runs its small part after everything else, and
 * `npm test -- --ci` the small part of each.
 *
 * A suite is a program that calls `runSuite`, or ends with the same lines. To add one: a line here, a script in package.json, a line in README.
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} program
 * @property {readonly string[]} small the arguments of its small part: seeded, so that it is the same every time
 * @property {number} limitMs after which its small part counts as hanging
 */

/** @type {readonly Suite[]} */
export const suites = [
  {
    name: "adversary",
    program: "devtools/adversary/run.mjs",
    // Its short form is its default, with the seed 8.
    small: [],
    limitMs: 10 * 60_000,
  },
  {
    name: "collector",
    program: "devtools/otel-collector/test.mjs",
    small: ["--outage=15"],
    // With nothing cached: some 4 min of processor time for the Collector's build, and 2 for its scenario.
    limitMs: 30 * 60_000,
  },
  {
    name: "disk",
    program: "devtools/disk/run.mjs",
    small: ["--small"],
    // A minute where nobody else works.
    limitMs: 10 * 60_000,
  },
  {
    name: "clients",
    program: "devtools/clients/test.mjs",
    small: [],
    // A minute; Maven may have to fetch the driver first.
    limitMs: 15 * 60_000,
  },
];
