import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pages, paths } from "./paths";

/** What proxies, browsers and servers do to an address on its way, each of them harmless by the book. */
const onTheWay: readonly ((address: string) => string)[] = [
  (address) => address,
  // A browser, and every URL of the standard: dot segments go, also encoded ones.
  (address) => new URL(address, "http://jiva.test").href.slice("http://jiva.test".length),
  // A proxy that writes the path anew: decoded and encoded once.
  (address) => {
    const [path = "", query] = address.split("?");
    const again = path.split("/").map((part) => encodeURIComponent(decodeURIComponent(part)));
    return [again.join("/"), ...(query === undefined ? [] : [query])].join("?");
  },
  // A proxy that hands the path on decoded.
  (address) => {
    const [path = "", query] = address.split("?");
    return [decodeURIComponent(path), ...(query === undefined ? [] : [query])].join("?");
  },
];

const piece = fc.oneof(
  fc.constantFrom(
    "%",
    "%25",
    "%2F",
    "%2e",
    "/",
    "\\",
    "?",
    "#",
    "+",
    "&",
    "=",
    " ",
    ".",
    "..",
    "-",
    "_",
    "\0",
    "\n",
  ),
  fc.constantFrom("\u202e", "\u200b", "\ufeff", "🧀", "d1", "spans", "__PAGE__", ".html"),
  fc.string({ unit: "binary" }),
);
const anyId = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(""))
  .filter((id) => id !== "");

/** The one id that an address names, after one decoding. */
function idIn(address: string, collection: RegExp, parameter: string): string {
  const url = new URL(address, "http://jiva.test");
  const segment = collection.exec(url.pathname)?.[1];
  return segment === "-" ? (url.searchParams.get(parameter) ?? "") : decodeURIComponent(segment ?? "");
}

describe("an address of any id", () => {
  it("still names it after all that an address goes through", () => {
    fc.assert(
      fc.property(anyId, anyId, fc.constantFrom(...onTheWay), (id, spanId, travel) => {
        const below = /^\/api\/runs\/([^/]+)(?:\/spans|\/export|$)/;
        for (const address of [
          paths.run(id),
          paths.runSpans(id),
          paths.runSpanColumns(id),
          paths.runSpansWhole(id, ["0123456789abcdef"]),
          paths.runSpanSearch(id, "a&run_id=b"),
          paths.runExport(id, "html", { view: "find=run_id" }),
          paths.runSpan(id, spanId, "a&b"),
        ]) {
          expect(idIn(travel(address), below, "run_id")).toBe(id);
        }
        const span = travel(paths.runSpan(id, spanId, "a&b"));
        expect(idIn(span, /^\/api\/runs\/[^/]+\/spans\/([^/]+)$/, "span_id")).toBe(spanId);
        expect(new URL(span, "http://jiva.test").searchParams.get("trace_id")).toBe("a&b");
        expect(idIn(travel(pages.run(id)), /^\/runs\/([^/]+)$/, "run_id")).toBe(id);
        expect(idIn(travel(paths.dataset(id)), /^\/api\/datasets\/([^/]+)$/, "name")).toBe(id);
      }),
      { numRuns: 500 },
    );
  });

  it("is short where the id is plain", () => {
    expect(pages.run("my-run_1")).toBe("/runs/my-run_1");
    expect(paths.runSpanColumns("my-run_1")).toBe("/api/runs/my-run_1/spans?format=columns");
    expect(paths.runSpan("a", "0123456789abcdef", "t")).toBe("/api/runs/a/spans/0123456789abcdef?trace_id=t");
  });

  it.each([".", "..", "-", "", "a.js", "50%", "a b"])("puts %j into the query", (id) => {
    expect(pages.run(id)).toBe(`/runs/-?run_id=${encodeURIComponent(id)}`);
    expect(paths.runExport(id, "otlp")).toBe(
      `/api/runs/-/export?run_id=${encodeURIComponent(id)}&format=otlp`,
    );
  });

  it("names half of a surrogate pair as UTF-8 does", () => {
    expect(paths.run("a\ud800b")).toBe(`/api/runs/-?run_id=${encodeURIComponent("a\ufffdb")}`);
  });
});
