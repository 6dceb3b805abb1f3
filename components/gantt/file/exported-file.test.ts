import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Attribute, Span } from "@/lib/trace/span";
import { openFile } from "./file-reader";

/*
 * A file that Jiva 0.2.0 exported: a made trace of 1,200 spans in two blocks, and a run of three spans with every type
 * of attribute, whose spans came in another order than its columns. People keep such files, so it has to open for ever.
 * Never make the fixture anew: where this test fails, the reader has to learn the old form again. A new form gets a
 * fixture of its own beside this one.
 */
const bytes = readFileSync(new URL("test-data/exported-0.2.0.html", import.meta.url));
const html = bytes.toString("utf8");

function open() {
  return openFile((id) => new RegExp(`id="${id}">([^<]*)</script>`).exec(html)?.[1]);
}

function attribute(key: string, value: string, type: Attribute["type"] = "string"): Attribute {
  return { key, value, type };
}

const order: Span = {
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  parentSpanId: "",
  traceState: "vendor=1",
  name: "POST /checkout",
  kind: "Server",
  serviceName: "checkout",
  scopeName: "shop.checkout",
  scopeVersion: "1.2.3",
  startNs: nanoseconds(1_798_761_600_000_000_000n),
  durationNs: nanoseconds(250_000_123n),
  status: "Error",
  statusMessage: "card refused",
  attributes: [
    attribute("run_id", "order-7"),
    attribute("http.request.method", "POST"),
    attribute("note", "Grüße, 東京 🚀 </script>"),
    attribute("order.total", "12.5", "double"),
    attribute("order.id", "9007199254740993", "int"),
    attribute("order.gift", "true", "bool"),
    attribute("order.items", '["tea",2]', "array"),
    attribute("order.address", '{"city":"Oslo"}', "kvlist"),
    attribute("order.hash", "AAEC/w==", "bytes"),
    attribute("order.empty", "", "empty"),
  ],
  resource: [attribute("service.name", "checkout"), attribute("host.cpus", "4", "int")],
  scopeAttributes: [attribute("scope.debug", "false", "bool")],
  events: [
    {
      timeNs: nanoseconds(1_798_761_600_001_000_001n),
      name: "validated",
      attributes: [attribute("rules", "3", "int")],
    },
  ],
  links: [
    {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceState: "x=y",
      attributes: [attribute("why", "retry")],
    },
  ],
};

describe("a file exported by Jiva 0.2.0", () => {
  it("is the file that was exported then", () => {
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "68d539f63b05250118a27c2ad8586612514ffac71a1f5c35b0b4b329e27f0208",
    );
  });

  it("opens with its runs, its view and its values", async () => {
    const file = await open();
    expect(file.view).toBe("from=10&to=200&find=orders");
    expect(file.hasValues).toBe(true);
    expect(
      file.runs.map(({ runId, title, startedAt, columns }) => ({
        runId,
        title,
        startedAt,
        count: columns.count,
      })),
    ).toEqual([
      {
        runId: "question-1200",
        title: "Which warehouse held the most orders?",
        startedAt: "2027-01-01T00:00:00.000000000Z",
        count: 1_200,
      },
      { runId: "order-7", title: "order-7", startedAt: "2027-01-01T00:00:00.000000000Z", count: 3 },
    ]);
    expect(file.packed.map(({ blocks, blockSpans, places }) => [blocks, blockSpans, places])).toEqual([
      [2, 1_000, undefined],
      [1, 1_000, [3, 2, 1]],
    ]);
  });

  it("has the tree and the times of its spans", async () => {
    const { columns } = (await open()).runs[1] ?? {};
    expect(columns).toMatchObject({
      startNs: 1_798_761_600_000_000_000n,
      total: 3,
      leftOut: 0,
      names: ["POST /checkout", "INSERT orders", "publish"],
      services: ["checkout"],
      traceIds: ["5b8efff798038103d269b633813fc60c"],
    });
    expect(Array.from(columns?.parent ?? [])).toEqual([-1, 0, 0]);
    expect(Array.from(columns?.name ?? [])).toEqual([0, 1, 2]);
    expect(Array.from(columns?.startOffsetNs ?? [])).toEqual([0, 5_000_000, 30_000_000]);
    expect(Array.from(columns?.durationNs ?? [])).toEqual([250_000_123, 20_000_000, 0]);
    // Server with an error, client that is ok, producer.
    expect(Array.from(columns?.kindAndStatus ?? [])).toEqual([34, 19, 4]);
    expect(Array.from(columns?.work ?? [])).toEqual([8, 6, 0]);
  });

  it("gives a whole span back, of every type of attribute", async () => {
    expect(await (await open()).loadSpan(1, 0, new AbortController().signal)).toEqual(order);
  });

  it("gives a span of its second block back", async () => {
    expect(await (await open()).loadSpan(0, 1_100, new AbortController().signal)).toMatchObject({
      spanId: "0000001000000899",
      parentSpanId: "0000001000000845",
      name: "score passage",
      serviceName: "reranker",
      durationNs: 782_000n,
    });
  });
});
