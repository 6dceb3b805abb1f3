import { expect, it } from "vitest";
import { betterRunAddress } from "./run-address";

it.each([
  ["/runs/d%2531", "", "/runs/-?run_id=d%2531"],
  ["/runs/a%20b", "?from=1&to=2", "/runs/-?run_id=a%20b&from=1&to=2"],
  ["/runs/..", "", "/runs/-?run_id=.."],
  ["/runs/%2e", "", "/runs/-?run_id=."],
  ["/runs/a+b", "", "/runs/-?run_id=a%2Bb"],
  ["/runs/%61", "?panel=stages", "/runs/a?panel=stages"],
  ["/runs/my-run", "?panel=stages", undefined],
  ["/runs/-", "?run_id=a", undefined],
  ["/runs/-", "", undefined],
  ["/runs/a%20b", "?run_id=c", undefined],
  ["/runs/%E0%A4%A", "", undefined],
  ["/runs", "", undefined],
  ["/compare", "?run=a%20b", undefined],
])("%s%s stands at %s", (pathname, search, better) =>
  expect(betterRunAddress(pathname, search)).toBe(better),
);
