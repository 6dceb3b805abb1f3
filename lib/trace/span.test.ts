import { expect, test } from "vitest";
import { spanKindOf, spanKinds, statusCodeOf, statusCodes } from "./span";

test("numbers of OTLP that are not known are unspecified and unset", () => {
  expect(spanKinds.map((_, number) => spanKindOf(number))).toEqual(spanKinds);
  expect(statusCodes.map((_, number) => statusCodeOf(number))).toEqual(statusCodes);
  for (const unknown of [-1, 6, 0.5, Number.NaN, "1", undefined]) {
    expect(spanKindOf(unknown)).toBe("Unspecified");
    expect(statusCodeOf(unknown)).toBe("Unset");
  }
});
