import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTarget } from "./target";

describe("parseTarget", () => {
  it.each([
    ["/", "page", "/", ""],
    ["/runs?q=a%20b", "page", "/runs", "?q=a%20b"],
    ["/runs/a%2Fb%25", "page", "/runs/a%2Fb%25", ""],
    ["/api/runs?x=//y\\", "call", "/api/runs", "?x=//y\\"],
    ["/v1/traces", "call", "/v1/traces", ""],
    ["/_next/static/a.js", "asset", "/_next/static/a.js", ""],
    ["/_next/image?url=x", "page", "/_next/image", "?url=x"],
  ])("reads %s", (url, kind, pathname, search) => {
    expect(parseTarget(url)).toEqual({ ok: true, value: { kind, pathname, search } });
  });

  it.each([
    ["/runs/%E0%A4%A", 400],
    ["/api/runs/%zz", 400],
    ["/%", 400],
    ["//evil.example/", 400],
    ["http://evil.example/", 400],
    ["evil.example:443", 400],
    ["*", 400],
    ["", 400],
    ["/\\evil.example", 400],
    ["/runs#x", 400],
    ["/api/runs?limit=5&__proto__=x", 400],
    ["/api/runs?%5f_proto__", 400],
    [`/runs/${"a".repeat(40_000)}`, 414],
  ])("refuses %s", (url, status) => {
    expect(parseTarget(url)).toMatchObject({
      ok: false,
      error: { status, detail: expect.stringMatching(/\.$/) },
    });
  });

  it("takes any run id that an address was made of", () => {
    const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(id, (text) => {
        const parsed = parseTarget(`/api/runs/${encodeURIComponent(text)}`);
        expect(parsed.ok && decodeURIComponent(parsed.value.pathname)).toBe(`/api/runs/${text}`);
      }),
    );
  });
});
