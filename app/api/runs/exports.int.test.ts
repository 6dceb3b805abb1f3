import { beforeAll, describe, expect, it } from "vitest";
import { POST as gantt } from "@/app/api/metrics/gantt-otel/route";
import { GET as exportRun } from "@/app/api/runs/[runId]/export/route";
import type { RouteHandler } from "@/lib/server/http/http";
import { parseJson, readExported, type Span } from "@/lib/server/testing/exports";
import {
  callRoute,
  makeSpan,
  spanIdOf,
  startTestServices,
  text,
  traceIdOf,
} from "@/lib/server/testing/services";

const services = startTestServices();

/** Two traces of one run whose spans are interleaved in time, with every kind of value. */
const spans: readonly Span[] = Array.from({ length: 40 }, (_, i) =>
  makeSpan({
    traceId: traceIdOf(1 + (i % 2)),
    spanId: spanIdOf(i + 1),
    parentSpanId: i < 2 ? "" : spanIdOf((i % 2) + 1),
    name: i < 2 ? "ask" : `step ${i % 5}`,
    resource: [text("service.name", "shop"), text("host.name", "SECRET host")],
    statusMessage: i === 5 ? "SECRET status" : "",
    attributes: [
      text("run_id", "exported"),
      text("question", "SECRET question"),
      { key: "rows", type: "int", value: String(2n ** 60n + BigInt(i)) },
      { key: "score", type: "double", value: "3" },
      { key: "list", type: "array", value: '["SECRET",1]' },
    ],
  }),
);

beforeAll(() => services.storeSpans(spans));

function call(handler: RouteHandler, runId: string, query: string, body?: unknown): Promise<Response> {
  if (body === undefined) return callRoute(services, handler, { method: "GET", params: { runId }, query });
  return callRoute(services, handler, { method: "POST", body: JSON.stringify(body) });
}

const formats = ["otlp", "jaeger", "chrome"] as const;

/** In one order, and attributes by key: the store's maps have an order of their own. */
function sorted(list: readonly Span[]): Span[] {
  const byKey = (span: Span) => span.attributes.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return list
    .map((span) => ({ ...span, attributes: byKey(span) }))
    .sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

describe("a run as a file", () => {
  it.each(formats)("%s gives the stored spans back", async (format) => {
    const response = await call(exportRun, "exported", `?format=${format}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="${format}-exported.json"`,
    );
    expect(sorted(readExported(format, await response.text()))).toEqual(sorted(spans));
  });

  it("of Jaeger has each trace once, however its spans are interleaved", async () => {
    const json = parseJson(await (await call(exportRun, "exported", "?format=jaeger")).text());
    expect(json).toMatchObject({ data: [{ traceID: traceIdOf(1) }, { traceID: traceIdOf(2) }] });
  });

  it.each(formats)("%s can leave the values out", async (format) => {
    const body = await (await call(exportRun, "exported", `?format=${format}&values=none`)).text();
    expect(body).not.toContain("SECRET");
    expect(body).not.toContain(String(2n ** 60n));
    const bare = readExported(format, body);
    expect(bare).toHaveLength(spans.length);
    expect(bare.every(({ serviceName }) => serviceName === "shop")).toBe(true);
    expect(body).toContain("question");
  });

  it("of HTML can leave the values out, and keeps a view, by either address", async () => {
    const view = "from=10&to=20&span=0000000000000001&hide=1";
    for (const response of [
      await call(exportRun, "exported", `?values=none&view=${encodeURIComponent(view)}`),
      await call(gantt, "", "", { run_ids: ["exported"], values: "none", view }),
    ]) {
      expect(response.status).toBe(200);
      const html = await response.text();
      expect(html).toContain("<title>ask · Jiva</title>");
      expect(html).not.toContain("SECRET");
    }
  });

  it.each([
    "?format=pdf",
    "?values=some",
    "?view=nobody%3D1",
    "?view=from%3D1%26from%3D2",
    `?view=find%3D${"x".repeat(8_001)}`,
    "?format=jaeger&more=1",
  ])("refuses %s", async (query) => {
    const response = await call(exportRun, "exported", query);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it.each([{ view: 1 }, { view: "nobody=1" }, { values: "some" }, { view: { from: 1 } }])(
    "refuses %j in a body",
    async (fields) => {
      expect((await call(gantt, "", "", { run_ids: ["exported"], ...fields })).status).toBe(400);
    },
  );

  it.each(["html", "otlp", "jaeger", "chrome"])("says in %s that there is no such run", async (format) => {
    expect((await call(exportRun, "nobody", `?format=${format}`)).status).toBe(404);
  });

  it("gives the place back, however the reading ends", async () => {
    for (let i = 0; i < 12; i++) {
      for (const format of formats) {
        const response = await call(exportRun, "exported", `?format=${format}`);
        expect(response.status).toBe(200);
        await response.body?.cancel();
        expect((await call(exportRun, "nobody", `?format=${format}`)).status).toBe(404);
      }
    }
  });
});
