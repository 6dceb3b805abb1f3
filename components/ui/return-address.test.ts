import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReturnAddress } from "./return-address";

describe("parseReturnAddress", () => {
  it.each(["/runs?q=late%20bikes", "/runs/a%2Fb", "/"])("keeps %s", (next) =>
    expect(parseReturnAddress(next)).toBe(next),
  );

  it.each([
    undefined,
    ["/runs", "/data"],
    "",
    "runs",
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "/.//elsewhere.example",
    "javascript:alert(1)",
    "/sign-in?next=/sign-in",
  ])("does not follow %j", (next) => expect(parseReturnAddress(next)).toBe("/"));

  it("never leads to another site", () => {
    const piece = fc.constantFrom("/", "\\", ".", "..", "\t", "\n", "@", ":", "?", "#", "a.example", "%2f");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const target = new URL(parseReturnAddress(`/${pieces.join("")}`), "http://app.test");
        expect(target.origin).toBe("http://app.test");
      }),
    );
  });
});
