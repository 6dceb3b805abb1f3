import { expect, it } from "vitest";
import { diskMarks } from "./disk-marks";

const mib = 1024 * 1024;

it("leaves a small disk room for data", () => {
  const { reserve, ballast, low } = diskMarks(40 * mib);
  expect(reserve).toBe(2 * mib);
  expect(ballast + low).toBeLessThan(20 * mib);
});

it("does not grow with a large disk", () => {
  expect(diskMarks(10 ** 12)).toEqual(diskMarks(320 * mib));
  expect(diskMarks(10 ** 12).low).toBe(64 * mib);
});
