import { expect, it } from "vitest";
import { GET as exportRun } from "@/app/api/runs/[runId]/export/route";
import { GET as getRun } from "@/app/api/runs/[runId]/route";
import { GET as getSpan } from "@/app/api/runs/[runId]/spans/[spanId]/route";
import { GET as getSpans } from "@/app/api/runs/[runId]/spans/route";
import type { RouteHandler } from "@/lib/server/http/http";
import {
  callRoute,
  makeSpan,
  spanIdOf,
  startTestServices,
  text,
  traceIdOf,
} from "@/lib/server/testing/services";
import { POST } from "./route";

/** The receiver lets no such id in; but anybody who may write the table can put it there. */

const services = startTestServices();

const oddIds = ["", "zz", "ABCDEF0123456789", "z".repeat(16), "a".repeat(40), "é é/?#%"];
const run = text("run_id", "odd");

const get = (handler: RouteHandler, query = "", params = {}) =>
  callRoute(services, handler, { method: "GET", params: { runId: "odd", ...params }, query });

it("ids of any form, and one that two traces share, can be read", async () => {
  await services.storeSpans([
    ...oddIds.map((spanId, n) =>
      makeSpan({ traceId: traceIdOf(1), spanId, parentSpanId: oddIds[n - 1] ?? "", attributes: [run] }),
    ),
    ...[traceIdOf(1), traceIdOf(2), "no hex / at all"].map((traceId) =>
      makeSpan({ traceId, spanId: spanIdOf(1), attributes: [run] }),
    ),
  ]);
  expect(await (await get(getRun)).json()).toMatchObject({ span_count: 9 });

  const answer = await get(getSpans);
  const { span_id } = (await answer.json()) as { span_id: string[] };
  expect(span_id).toHaveLength(9);
  expect(span_id.filter((id) => id === spanIdOf(1))).toHaveLength(3);
  for (const id of [...span_id, ...oddIds].filter((each) => each !== "")) {
    expect([id, (await get(getSpan, "", { spanId: id })).status]).toEqual([id, 200]);
  }
  expect((await get(getSpan, "", { spanId: "0".repeat(16) })).status).toBe(404);

  for (const format of ["html", "jaeger", "chrome"]) {
    const file = await get(exportRun, `?format=${format}`);
    expect([file.status, (await file.text()).length > 0]).toEqual([200, true]);
  }
  const file = await (await get(exportRun, "?format=otlp")).text();
  const back = await callRoute(services, POST, { method: "POST", body: file });
  // What has no ids of OTLP's form is rejected by itself.
  expect(back.status).toBe(200);
  expect(await back.text()).toContain("the trace id is not 16 bytes");
});
