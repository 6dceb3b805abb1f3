import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { GET as exportRun } from "@/app/api/runs/[runId]/export/route";
import { DELETE as deleteRun, GET as getRun } from "@/app/api/runs/[runId]/route";
import type { RouteHandler } from "@/lib/server/http/http";
import {
  callRoute,
  otlpJsonToProtobuf,
  publishedExample,
  startTestServices,
} from "@/lib/server/testing/services";
import { POST } from "./route";

const services = startTestServices();
const realInsert = services.insert;

beforeEach(() => {
  services.insert = realInsert;
  services.config.TRACE_TTL_HOURS = 0;
  services.migration.state = "done";
});

const json = "application/json";
const protobuf = "application/x-protobuf";

const send = (body: Uint8Array | string, headers?: Record<string, string>) =>
  callRoute(services, POST, { method: "POST", body, ...(headers && { headers }) });
const call = (handler: RouteHandler, method: string, runId: string, query = "") =>
  callRoute(services, handler, { method, params: { runId }, query });

const exportOf = async (runId: string) => (await call(exportRun, "GET", runId, "?format=otlp")).text();

type Json = { [key: string]: unknown };

const startNs = 1_767_225_600_123_456_789n;
const span = (over: Json = {}): Json => ({
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  name: "work",
  startTimeUnixNano: String(startNs),
  endTimeUnixNano: String(startNs + 1_000n),
  ...over,
});
const request = (...spans: Json[]) => ({
  resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans }] }],
});

/** Ids are stored in lower case, however they were sent. */
const lowerIds = (sent: object) =>
  JSON.parse(JSON.stringify(sent).replace(/"[0-9A-F]{16,32}"/g, (id) => id.toLowerCase()));
const withBareTimes = (sent: object) => Buffer.from(JSON.stringify(sent).replace(/"(\d{19})"/g, "$1"));

describe("what is received", () => {
  const everything = request(
    span({
      traceId: "5B8EFFF798038103D269B633813FC60D",
      parentSpanId: "EEE19B7EC3C1B173",
      kind: 2,
      traceState: "vendor=1",
      flags: 257,
      status: { code: 2, message: "declined" },
      attributes: [
        { key: "run_id", value: { stringValue: "it's \\ a </run> 🚲" } },
        { key: "big", value: { intValue: "-9007199254740993" } },
        { key: "whole double", value: { doubleValue: 3 } },
        { key: "tiny", value: { doubleValue: 5e-324 } },
        { key: "nan", value: { doubleValue: "NaN" } },
        { key: "no", value: { boolValue: false } },
        { key: "zero", value: { intValue: "0" } },
        { key: "empty text", value: { stringValue: "" } },
        { key: "empty", value: {} },
        { key: "bytes", value: { bytesValue: "3q2+7w==" } },
        {
          key: "list",
          value: {
            arrayValue: {
              values: [
                { intValue: "1" },
                { doubleValue: 1.5 },
                { bytesValue: "AA==" },
                { arrayValue: {} },
                {},
              ],
            },
          },
        },
        {
          key: "keys",
          value: { kvlistValue: { values: [{ key: "__proto__", value: { boolValue: true } }] } },
        },
      ],
      droppedAttributesCount: 3,
      droppedEventsCount: 4294967295,
      droppedLinksCount: 1,
      events: [
        {
          timeUnixNano: String(startNs + 5n),
          name: "retry",
          attributes: [{ key: "n", value: { intValue: "2" } }],
          droppedAttributesCount: 9,
        },
        { timeUnixNano: String(startNs + 6n), name: "plain" },
      ],
      links: [
        {
          traceId: "ffffffffffffffffffffffffffffffff",
          spanId: "eeeeeeeeeeeeeeee",
          traceState: "a=b",
          attributes: [{ key: "ok", value: { boolValue: true } }],
          flags: 1,
        },
      ],
    }),
  );
  Object.assign(everything.resourceSpans[0] ?? {}, {
    schemaUrl: "https://opentelemetry.io/schemas/1.27.0",
    resource: {
      attributes: [
        { key: "service.name", value: { stringValue: "shop" } },
        { key: "process.pid", value: { intValue: "42" } },
      ],
      droppedAttributesCount: 2,
    },
  });
  Object.assign(everything.resourceSpans[0]?.scopeSpans[0] ?? {}, {
    schemaUrl: "https://example.org/scope",
    scope: {
      name: "checkout",
      version: "2.1",
      attributes: [{ key: "weight", value: { doubleValue: 2 } }],
      droppedAttributesCount: 1,
    },
  });
  it.each([
    ["JSON", json, Buffer.from(JSON.stringify(everything))],
    ["protobuf", protobuf, otlpJsonToProtobuf(everything)],
    ["gzip", protobuf, gzipSync(otlpJsonToProtobuf(everything))],
  ])("comes out of the export as it went in, and goes in again (%s)", async (name, type, body) => {
    const encoding: Record<string, string> = name === "gzip" ? { "content-encoding": "gzip" } : {};
    const answer = await send(body, { "content-type": type, ...encoding });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(await answer.text()).toBe(type === json ? "{}" : "");

    const runId = "it's \\ a </run> 🚲";
    const file = await call(exportRun, "GET", runId, "?format=otlp");
    expect(file.headers.get("content-type")).toBe(json);
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="otlp-.*\.json"/);
    const text = await file.text();
    expect(JSON.parse(text)).toEqual(lowerIds(everything));

    expect((await call(deleteRun, "DELETE", runId)).status).toBe(200);
    expect((await send(text)).status).toBe(200);
    expect(await exportOf(runId)).toBe(text);
    expect((await call(deleteRun, "DELETE", runId)).status).toBe(200);
  });

  it.each([
    ["JSON", json, Buffer.from(JSON.stringify(publishedExample))],
    ["JSON with its times as numbers", json, withBareTimes(publishedExample)],
    ["protobuf", protobuf, otlpJsonToProtobuf(publishedExample)],
  ])("may be the published example, which comes out equal (%s)", async (_name, type, body) => {
    expect((await send(body, { "content-type": type })).status).toBe(200);
    const traceId = "5b8efff798038103d269b633813fc60c";
    const text = await exportOf(traceId);
    expect(JSON.parse(text)).toEqual(lowerIds(publishedExample));
    expect((await call(deleteRun, "DELETE", traceId)).status).toBe(200);
  });

  it("may be empty", async () => {
    const nothing = gzipSync("");
    for (const [type, body, encoding] of [
      [protobuf, "", "identity"],
      [protobuf, nothing, "gzip"],
      [json, "{}", "identity"],
      [json, '{"resourceSpans":[]}', "identity"],
      [json, '{"resourceSpans":[{"scopeSpans":[{}]}]}', "identity"],
    ] as const) {
      const answer = await send(body, { "content-type": type, "content-encoding": encoding });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
      expect(await answer.text()).toBe(type === json ? "{}" : "");
    }
  });

  it("is counted where it is rejected, and the rest is stored", async () => {
    const good = span({ traceId: "11".repeat(16) });
    const body = JSON.stringify(request(good, span({ spanId: "00".repeat(8) }), span({ traceId: "x" })));
    const answer = await send(body);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedSpans: "2",
          errorMessage:
            "1 span: the span id is not 8 bytes, or all zero; 1 span: the trace id is not 16 bytes, or all zero",
        },
      },
    ]);
    expect((await call(getRun, "GET", "11".repeat(16))).status).toBe(200);
  });

  it("is stored when it is old, with a word on what becomes of it", async () => {
    services.config.TRACE_TTL_HOURS = 72;
    const old = span({ startTimeUnixNano: "1544712660000000000", endTimeUnixNano: "1544712660000000001" });
    const answer = await send(JSON.stringify(request(old)));
    expect(await answer.json()).toEqual({
      partialSuccess: {
        errorMessage: expect.stringMatching(/^1 of the stored spans is older than 72 hours/),
      },
    });
  });

  it("may be of ninety days and no more, and requests of different days may share an insert", async () => {
    const day = (n: number) => String(BigInt(n) * 86_400_000_000_000n + 1n);
    const ofDays = (first: number, count: number) =>
      JSON.stringify(
        request(
          ...Array.from({ length: count }, (_, n) =>
            span({
              traceId: "22".repeat(16),
              spanId: (first + n).toString(16).padStart(16, "0"),
              startTimeUnixNano: day(4 * (first + n)),
              endTimeUnixNano: day(4 * (first + n)),
            }),
          ),
        ),
      );
    const answers = await Promise.all([
      send(ofDays(5_000, 60)),
      send(ofDays(5_060, 60)),
      send(ofDays(1, 91)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 413]);
    expect(await (await call(getRun, "GET", "22".repeat(16))).json()).toMatchObject({ span_count: 120 });
  });

  it("shares inserts", async () => {
    let inserts = 0;
    services.insert = (spans, signal) => {
      inserts++;
      return realInsert(spans, signal);
    };
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        send(
          JSON.stringify(
            request(span({ traceId: "33".repeat(16), spanId: (n + 1).toString(16).padStart(16, "0") })),
          ),
        ),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(inserts).toBeLessThan(10);
    expect(await (await call(getRun, "GET", "33".repeat(16))).json()).toMatchObject({ span_count: 100 });
  });
});

describe("what is refused", () => {
  const body = JSON.stringify(request(span()));
  const statusOf = async (answer: Response) => {
    expect(answer.headers.get("content-type")).toBe(json);
    return [answer.status, ((await answer.json()) as { code: number }).code];
  };

  it("is answered with a google.rpc.Status of the request's form", async () => {
    expect(await statusOf(await send(body, { host: "evil.example" }))).toEqual([421, 3]);
    expect(await statusOf(await send(body, { origin: "http://evil.example" }))).toEqual([403, 7]);
    expect(await statusOf(await send(body, { "sec-fetch-site": "cross-site" }))).toEqual([403, 7]);
    expect(await statusOf(await send(body, { "content-type": "text/plain" }))).toEqual([415, 3]);
    expect(await statusOf(await send(body, { "content-encoding": "br" }))).toEqual([415, 3]);
    expect(await statusOf(await send("{"))).toEqual([400, 3]);
    expect(await statusOf(await send("no gzip", { "content-encoding": "gzip" }))).toEqual([400, 3]);
    expect(
      await statusOf(await send(gzipSync(body).subarray(0, 40), { "content-encoding": "gzip" })),
    ).toEqual([400, 3]);
    const answer = await send("\x0a", { "content-type": protobuf });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, protobuf]);
    expect([...new Uint8Array(await answer.arrayBuffer())].slice(0, 2)).toEqual([8, 3]);
  });

  it("is too large, and not unzipped any further", async () => {
    expect((await send(Buffer.alloc(21 * 1024 * 1024, 32))).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(400 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    expect((await send(bomb, { "content-encoding": "gzip" })).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    expect(services.intake.stats()).toEqual({ spans: 0, bytes: 0 });
  });

  it("comes when the database is away, or not ready: 503 and when to come again", async () => {
    services.insert = async () => {
      throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    };
    const away = await send(body);
    expect(away.headers.get("retry-after")).toBe("2");
    expect(await statusOf(away)).toEqual([503, 14]);
    services.migration.state = "running";
    expect((await send(body)).status).toBe(503);
  });

  it("comes when there is no room: 429 and when to come again", async () => {
    const room = services.intake.enter();
    room.take(64 * 1024 * 1024);
    const full = await send(body);
    room.leave();
    expect(full.headers.get("retry-after")).toBe("1");
    expect(await statusOf(full)).toEqual([429, 8]);
    expect((await send(body)).status).toBe(200);
  });
});
