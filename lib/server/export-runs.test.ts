import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attachment } from "./export-runs";

/** Any UTF-16, halves of surrogate pairs too. */
const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));

describe("attachment", () => {
  it.each([
    ["gantt-01HX", 'attachment; filename="gantt-01HX.html"'],
    ['gantt-a"b', `attachment; filename="gantt-a_b.html"`],
    ["gantt-../../etc", 'attachment; filename="gantt-.._.._etc.html"'],
    [
      "gantt-Räder's",
      `attachment; filename="gantt-R_der_s.html"; filename*=UTF-8''gantt-R%C3%A4der%27s.html`,
    ],
  ])("%j", (name, header) => expect(attachment(name, "html")).toBe(header));

  it("makes a header of any text, without line breaks, quotes or path separators in the name", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const header = attachment(name, "html");
        expect(new Headers({ "content-disposition": header }).get("content-disposition")).toBe(header);
        expect(header).toMatch(
          /^attachment; filename="[A-Za-z0-9._-]*\.html"(; filename\*=UTF-8''[A-Za-z0-9._!~%-]*\.html)?$/,
        );
        expect(decodeURIComponent(header)).not.toMatch(/[/\\\r\n\0]/);
      }),
    );
  });
});
