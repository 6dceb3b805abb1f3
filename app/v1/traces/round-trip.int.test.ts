import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { GET as exportRun } from "@/app/api/runs/[runId]/export/route";
import {
  anySpanAt,
  callRoute,
  makeSpan,
  otlpJsonOf,
  otlpJsonToProtobuf,
  type Span,
  spanIdOf,
  startTestServices,
  text,
  traceIdOf,
} from "@/lib/server/testing/services";
import { POST } from "./route";

/** Export, receiver and export again: what comes out goes in, and comes out as it was. */

const services = startTestServices();

const exportOf = (runId: string) =>
  callRoute(services, exportRun, { method: "GET", params: { runId }, query: "?format=otlp" });

async function send(body: Uint8Array | string, type = "application/json"): Promise<void> {
  const answer = await callRoute(services, POST, { method: "POST", headers: { "content-type": type }, body });
  expect([answer.status, await answer.text()]).toEqual([200, type === "application/json" ? "{}" : ""]);
}

type Json = { readonly [key: string]: unknown };

/** Every span of a request by its id, with its resource and scope. */
function spansOf(request: string): Map<unknown, unknown> {
  const spans = new Map<unknown, unknown>();
  const { resourceSpans } = sortedAttributes(JSON.parse(request)) as { resourceSpans: Json[] };
  for (const { scopeSpans, ...resource } of resourceSpans) {
    for (const { spans: list, ...scope } of scopeSpans as Json[]) {
      for (const span of list as Json[]) spans.set(span.spanId, { span, scope, resource });
    }
  }
  return spans;
}

/** Attributes are a map; their order is nobody's. */
function sortedAttributes(value: unknown, name = ""): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => sortedAttributes(item));
    const keyOf = (item: unknown) => String((item as Json).key);
    return name === "attributes" ? items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : items;
  }
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, sortedAttributes(of, key)]));
}

it("is a fixed point for spans of every kind, in either form", async () => {
  // Within two days, so that the spans share a few parts.
  const moment = fc
    .bigInt({ min: 0n, max: 2n * 86_400n * 10n ** 9n })
    .map((ns) => 1_767_225_600_000_000_000n + ns);
  const someSpans = fc.uniqueArray(anySpanAt(moment), {
    selector: ({ spanId }) => spanId,
    minLength: 1,
    maxLength: 15,
  });
  let traces = 0;
  const check = async (spans: readonly Span[]) => {
    // The same spans in a trace of their own each time.
    const [first, second, third] = [traceIdOf(++traces), traceIdOf(++traces), traceIdOf(++traces)];
    const sent = await otlpJsonOf(spans.map((span) => ({ ...span, traceId: first })));
    await send(sent);
    const exported = await (await exportOf(first)).text();
    expect(spansOf(exported)).toEqual(spansOf(sent));

    const again = exported.replaceAll(first, second);
    await send(again);
    expect(await (await exportOf(second)).text()).toBe(again);

    const inProtobuf = exported.replaceAll(first, third);
    await send(otlpJsonToProtobuf(JSON.parse(inProtobuf)), "application/x-protobuf");
    expect(await (await exportOf(third)).text()).toBe(inProtobuf);
  };
  // A failure is reported unshrunk: shrinking would take minutes.
  await fc.assert(fc.asyncProperty(someSpans, check), {
    ...(inject("isLong") ? { numRuns: 15 } : { numRuns: 4, seed: 1 }),
    endOnFailure: true,
  });
}, 120_000);

/** Bytes in use once nothing is left to collect. */
function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Reads a run's file piece by piece, keeping none; `heldBytes`: how much more is in use in its second half. */
async function measureExport(traceId: string) {
  const hash = createHash("sha256");
  const used: number[] = [];
  let bytes = 0;
  for await (const piece of (await exportOf(traceId)).body ?? []) {
    if (used.length < bytes / (4 * 1024 * 1024)) used.push(usedHeap());
    hash.update(piece);
    bytes += piece.length;
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const half = used.length / 2;
  return { bytes, heldBytes: mean(used.slice(half)) - mean(used.slice(0, half)), sha256: hash.digest("hex") };
}

const spanCount = inject("isLong") ? 100_000 : 60_000;

it("holds for a run of many spans, which leaves without being held and goes in again in parts", async () => {
  const traceId = traceIdOf(7_000_000);
  const made = (n: number) =>
    makeSpan({
      traceId,
      spanId: spanIdOf(n + 1),
      parentSpanId: n === 0 ? "" : spanIdOf(Math.ceil(n / 8)),
      attributes: [
        text("http.route", `/orders/${n % 97}`),
        { key: "rows", value: String(n), type: "int" },
        { key: "share", value: `${n % 7}.5`, type: "double" },
        { key: "tags", value: `["a",${n % 3}]`, type: "array" },
      ],
      resource: [text("service.name", "shop"), { key: "process.pid", value: String(n % 3), type: "int" }],
    });
  for (let from = 0; from < spanCount; from += 20_000) {
    await services.storeSpans(Array.from({ length: 20_000 }, (_, n) => made(from + n)));
  }
  const measured = await measureExport(traceId);
  expect(measured.bytes).toBeGreaterThan(419 * spanCount);
  // A file that is held is there by half on average.
  expect(measured.heldBytes / measured.bytes).toBeLessThan(0.25);

  const file = await (await exportOf(traceId)).text();
  expect(createHash("sha256").update(file).digest("hex")).toBe(measured.sha256);
  expect((await callRoute(services, POST, { method: "POST", body: file })).status).toBe(413);
  // Every ResourceSpans is a line of the file.
  const copyId = traceIdOf(7_000_001);
  const copy = file.replaceAll(traceId, copyId);
  const lines = copy.split("\n").slice(1, -2);
  for (let from = 0; from < lines.length; from += 8) {
    await send(
      `{"resourceSpans":[${lines
        .slice(from, from + 8)
        .join("")
        .replace(/,$/, "")}]}`,
    );
  }
  expect((await (await exportOf(copyId)).text()) === copy).toBe(true);
}, 120_000);
