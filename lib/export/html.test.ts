import { describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { unpackColumns } from "@/lib/packed/columns";
import { type FileContents, parseContents } from "@/lib/packed/contents";
import { decodeSpan } from "@/lib/packed/span-blocks";
import type { Span } from "@/lib/trace/span";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { type ExportedRun, type GanttHtmlOptions, ganttHtml } from "./html";
import { cspHash, escapeHtml, gzip, toBase64 } from "./pack";

const payload = `</script><script>alert("1")</script><!--<img src=x onerror=alert(2)>`;

function spanOf(id: number, value = payload): Span {
  return {
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: id.toString(16).padStart(16, "0"),
    parentSpanId: "",
    traceState: "",
    name: "span",
    kind: "Internal",
    serviceName: "service",
    scopeName: payload,
    scopeVersion: "",
    startNs: nanoseconds(1_767_225_600_000_000_000n),
    durationNs: nanoseconds(0n),
    status: "Unset",
    statusMessage: payload,
    attributes: [{ key: payload, value, type: "string" }],
    resource: [],
    events: [],
    links: [],
  };
}

async function* batches(spans: readonly Span[], size: number): AsyncGenerator<readonly Span[]> {
  for (let at = 0; at < spans.length; at += size) yield spans.slice(at, at + size);
}

function runOf(spans: readonly Span[], count = spans.length): ExportedRun {
  return {
    runId: payload,
    title: payload,
    startedAt: "2026-01-01T00:00:00.000000000Z",
    columns: spansToColumns(
      Array.from({ length: count }, (_, i) => ({ id: i + 1, name: payload })),
      payload,
    ),
    spans: batches(spans, 700),
  };
}

const viewer = { viewerScript: `const end = "</script>", comment = "<!--";`, viewerStyle: "a{color:red}" };

async function htmlOf(
  runs: readonly ExportedRun[],
  options: Partial<GanttHtmlOptions> = {},
): Promise<string> {
  const decoder = new TextDecoder();
  let html = "";
  for await (const bytes of ganttHtml({ runs, ...viewer, ...options }))
    html += decoder.decode(bytes, { stream: true });
  return html;
}

async function unpack(html: string, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = new RegExp(`id="${id}">([A-Za-z0-9+/=]*)</script>`).exec(html)?.[1];
  if (!text) throw new Error(`There is no element ${id}.`);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unzipped).arrayBuffer());
}

async function contentsOf(html: string): Promise<FileContents> {
  return parseContents(new TextDecoder().decode(await unpack(html, "contents")));
}

/** Everything in the file, unpacked: what someone looking for a secret would search. */
async function everythingIn(html: string): Promise<string> {
  const ids = [...html.matchAll(/type="application\/octet-stream" id="([\w-]+)"/g)].map(([, id]) => id ?? "");
  const parts = await Promise.all(ids.map(async (id) => new TextDecoder().decode(await unpack(html, id))));
  return [html, ...parts].join("\n");
}

describe("ganttHtml", () => {
  it("holds every span, in blocks", async () => {
    const spans = Array.from({ length: 2_500 }, (_, i) => spanOf(i + 1, `value ${i}`));
    const html = await htmlOf([runOf(spans)]);
    const contents = await contentsOf(html);
    expect(contents.runs).toMatchObject([{ runId: payload, title: payload, blockSpans: 1_000, blocks: 3 }]);
    expect(contents.runs[0]?.places).toBeUndefined();
    const columns = unpackColumns(await unpack(html, "run-0"));
    expect(columns.count).toBe(2_500);
    const span = decodeSpan(await unpack(html, "run-0-block-2"), 499, columns, 2_499);
    expect(span).toEqual({ ...spans[2_499], name: payload });
  });

  it("says where the spans are when they come in another order, twice or not at all", async () => {
    const html = await htmlOf([runOf([spanOf(3), spanOf(1), spanOf(3), spanOf(99)], 3)]);
    expect((await contentsOf(html)).runs[0]?.places).toEqual([2, 0, 1]);
  });

  it("holds several runs", async () => {
    const html = await htmlOf([runOf([spanOf(1)]), runOf([spanOf(1)])]);
    expect((await contentsOf(html)).runs).toHaveLength(2);
    expect(html).toContain("<title>2 runs · Jiva</title>");
    expect(unpackColumns(await unpack(html, "run-1")).count).toBe(1);
  });

  it("lets no content become markup", async () => {
    const html = await htmlOf([runOf([spanOf(1)])]);
    // The page's own: the loader and four data elements (tree, one block, contents, program).
    expect(html.match(/<script/g)).toHaveLength(5);
    expect(html.match(/<\/script/g)).toHaveLength(5);
    expect(html).not.toContain("<!--");
  });

  it("keeps the view that it was made in", async () => {
    const view = "from=10&to=20&find=%3C%2Fscript%3E";
    expect((await contentsOf(await htmlOf([runOf([spanOf(1)])], { view }))).view).toBe(view);
  });

  it("can leave out every value: no byte of them is anywhere in the file", async () => {
    const secret = (place: string) => `SECRET-${place}`;
    const attributes = (place: string) => [
      { key: "kept.key", value: secret(place), type: "string" as const },
      { key: "kept.list", value: `["${secret(place)}"]`, type: "array" as const },
    ];
    const span: Span = {
      ...spanOf(1),
      traceState: secret("trace-state"),
      scopeName: "scope",
      statusMessage: secret("status"),
      attributes: attributes("attribute"),
      resource: attributes("resource"),
      scopeAttributes: attributes("scope"),
      events: [{ timeNs: nanoseconds(1n), name: "kept.event", attributes: attributes("event") }],
      links: [
        {
          traceId: "1".repeat(32),
          spanId: "2".repeat(16),
          traceState: secret("link"),
          attributes: attributes("link"),
        },
      ],
    };
    const run = () => ({ ...runOf([span]), title: secret("question"), runId: "run" });
    const view = `find=${secret("find")}&hide=1&from=1&to=2`;
    const whole = await everythingIn(await htmlOf([run()], { view }));
    for (const place of [
      "trace-state",
      "status",
      "attribute",
      "resource",
      "scope",
      "event",
      "link",
      "question",
      "find",
    ]) {
      expect(whole).toContain(secret(place));
    }
    const html = await htmlOf([run()], { view, values: "none" });
    const bare = await everythingIn(html);
    expect(bare).not.toContain("SECRET");
    for (const kept of ["kept.key", "kept.list", "kept.event", "from=1&to=2"]) expect(bare).toContain(kept);
    const columns = unpackColumns(await unpack(html, "run-0"));
    expect(decodeSpan(await unpack(html, "run-0-block-0"), 0, columns, 0).attributes).toEqual([
      { key: "kept.key", value: "", type: "empty" },
      { key: "kept.list", value: "", type: "empty" },
    ]);
  });

  it("carries its program zipped, word for word", async () => {
    const program = await unpack(await htmlOf([runOf([spanOf(1)])]), "program");
    expect(new TextDecoder().decode(program)).toBe(viewer.viewerScript);
  });

  it("allows its own scripts and style and nothing else", async () => {
    const html = await htmlOf([runOf([spanOf(1)])]);
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
    const scripts = `${await cspHash(script)} ${await cspHash(viewer.viewerScript)}`;
    const policy = `default-src 'none'; script-src ${scripts}; style-src ${await cspHash(style)}; base-uri 'none'; form-action 'none'`;
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`);
    expect(html.indexOf("Content-Security-Policy")).toBeLessThan(html.indexOf("<style"));
  });

  it("fails when the spans cannot be read to the end", async () => {
    const broken = {
      ...runOf([spanOf(1)]),
      spans: (async function* (): AsyncGenerator<readonly Span[]> {
        yield [spanOf(1)];
        throw new Error("The database is away.");
      })(),
    };
    await expect(htmlOf([broken])).rejects.toThrow("The database is away.");
  });
});

describe("packing", () => {
  it("has a hash as browsers compute it", async () => {
    // From the Content Security Policy specification, section 2.3.1.
    expect(await cspHash("alert('Hello, world.');")).toBe(
      "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    );
  });

  it("makes base64 of any length", async () => {
    for (const length of [0, 1, 2, 3, 24_575, 24_576, 24_577, 70_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }
    expect((await gzip(new Uint8Array(1_000))).length).toBeLessThan(100);
  });
});
