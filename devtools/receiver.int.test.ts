import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { askAnswerSchema } from "@/lib/api/ask";
import { paths } from "@/lib/api/paths";
import { runSpansSchema, runsAnswerSchema } from "@/lib/api/runs";
import { isLong } from "@/lib/base/testing/length";
import { otlpJsonToProtobuf } from "@/lib/otlp/testing/otlp-bodies";
import { ownerOf } from "./launcher/folder.mjs";
import { freePort } from "./launcher/ports.mjs";
import { type StartedJiva, startJiva } from "./launcher/started-jiva.mjs";

/**
 * The OTLP receiver of a really started Jiva, which sends its own spans there too, with every request recorded:
 * that must not go round in circles.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
/** Building may be part of it. */
const startLimitMs = 600_000;

let jiva: StartedJiva;
beforeAll(async () => {
  const port = String(await freePort("127.0.0.1"));
  const endpoint = `http://127.0.0.1:${port}`;
  jiva = await startJiva(root, {
    PORT: port,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    TRACE_REQUESTS: "all",
  });
}, startLimitMs);
afterAll(() => jiva?.stop());

const json = "application/json";
const protobuf = "application/x-protobuf";

function post(body: Uint8Array<ArrayBuffer> | string, type: string): Promise<Response> {
  return fetch(`${jiva.url}/v1/traces`, { method: "POST", headers: { "content-type": type }, body });
}

/** Now: what is older than TRACE_TTL_HOURS is gone with the next merge. */
const startNs = BigInt(Date.now()) * 1_000_000n;

/** A request with spans of one trace whose ids count up from `first`. */
function requestOf(traceId: string, first: number, count: number, filler = "some text of a usual length") {
  const spans = Array.from({ length: count }, (_, n) => ({
    traceId,
    spanId: (first + n).toString(16).padStart(16, "0"),
    name: `step ${n % 10}`,
    kind: 1,
    startTimeUnixNano: String(startNs + BigInt(first + n) * 1_000n),
    endTimeUnixNano: String(startNs + BigInt(first + n) * 1_000n + 500n),
    attributes: [
      { key: "n", value: { intValue: String(first + n) } },
      { key: "filler", value: { stringValue: filler } },
    ],
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "load" } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "test" }, spans }] }] };
}

async function spanIdsOf(runId: string): Promise<string[]> {
  const response = await fetch(jiva.url + paths.runSpans(runId));
  if (response.status === 404) return [];
  expect(response.status).toBe(200);
  return runSpansSchema.parse(await response.json()).span_id;
}

describe("what the app sends to itself", () => {
  it("arrives, and does not make more of itself", async () => {
    const answer = await fetch(jiva.url + paths.ask, {
      method: "POST",
      headers: { "content-type": json },
      body: JSON.stringify({ question: "How many stations are there?" }),
    });
    const { run_id } = askAnswerSchema.parse(await answer.json());
    await vi.waitFor(async () => expect(await spanIdsOf(run_id)).not.toEqual([]), {
      timeout: 30_000,
      interval: 200,
    });
    // By now several requests to the receiver have ended, and the first would have been sent in turn.
    await (await fetch(`${jiva.url}/runs`)).text();
    await vi.waitFor(
      async () => {
        const response = await fetch(`${jiva.url}${paths.runs}?limit=200`);
        const names = runsAnswerSchema.parse(await response.json()).runs.map(({ name }) => name);
        expect(names.some((name) => name.startsWith("GET "))).toBe(true);
        expect(names.filter((name) => name.includes("/v1/traces"))).toEqual([]);
      },
      { timeout: 30_000, interval: 500 },
    );
  });
});

describe("a body on the wire", () => {
  it("may be as large as the limit, and no larger", async () => {
    const traceId = "a1".repeat(16);
    const body = JSON.stringify(requestOf(traceId, 1, 100, "x".repeat(190_000)));
    expect(body.length).toBeGreaterThan(18_000_000);
    const answer = await post(body, json);
    expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
    expect(await spanIdsOf(traceId)).toHaveLength(100);
    expect((await post(`${body}${" ".repeat(3_000_000)}`, json)).status).toBe(413);
  });

  it("that never comes whole costs nothing, whatever its length was said to be", async () => {
    const { port } = new URL(jiva.url);
    const good = JSON.stringify(requestOf("a2".repeat(16), 1, 1));
    /** What the server says before it closes, or until `hangUp`. */
    const speak = async (length: number, body: string, hangUp: boolean): Promise<string> => {
      const socket = connect(Number(port), "127.0.0.1");
      await once(socket, "connect");
      let said = "";
      socket.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
      socket.on("error", () => undefined);
      socket.write(
        `POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: ${json}\r\n` +
          `content-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
      );
      if (hangUp) socket.destroy();
      await once(socket, "close");
      return said;
    };
    const outputBefore = jiva.output().length;
    await Promise.all(Array.from({ length: 20 }, () => speak(good.length, good.slice(0, 50), true)));
    await Promise.all(Array.from({ length: 20 }, () => speak(good.length + 1_000, good, true)));
    // The announced length is too short: what is read is not JSON.
    expect(await speak(50, good, false)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await speak(good.length, good, false)).toMatch(/^HTTP\/1\.1 200 /);
    expect(jiva.output().slice(outputBefore)).not.toMatch(/error/i);
    expect(await spanIdsOf("a2".repeat(16))).toHaveLength(1);
  });
});

// launcher.int.test.ts kills an engine in the short form too.
if (isLong) {
  describe("an engine that is killed while spans stream in", () => {
    const senders = 4;
    const bodySpans = 256;
    const calibrations = 48;

    interface Payload {
      readonly ids: readonly string[];
      readonly body: Buffer<ArrayBuffer>;
    }

    /** Encoded beforehand: the senders' work is to send. */
    function payloadsOf(traceId: string, count: number): Payload[] {
      return Array.from({ length: count }, (_, index) => {
        const first = 1 + index * bodySpans;
        return {
          ids: Array.from({ length: bodySpans }, (_, n) => (first + n).toString(16).padStart(16, "0")),
          body: otlpJsonToProtobuf(requestOf(traceId, first, bodySpans)) as Buffer<ArrayBuffer>,
        };
      });
    }

    async function isAcknowledged({ body }: Payload): Promise<boolean> {
      try {
        const answer = await post(body, protobuf);
        await answer.arrayBuffer();
        // Nothing but what OTLP lets a client send again.
        expect([200, 429, 503]).toContain(answer.status);
        return answer.status === 200;
      } catch {
        return false;
      }
    }

    it("loses none of the acknowledged ones", async () => {
      const calibration = payloadsOf("b0".repeat(16), calibrations);
      const startedMs = performance.now();
      await Promise.all(
        Array.from({ length: senders }, async () => {
          for (let next = calibration.pop(); next; next = calibration.pop()) {
            expect(await isAcknowledged(next)).toBe(true);
          }
        }),
      );
      // Half of what it took at full speed.
      const intervalMs = 2 * ((performance.now() - startedMs) / calibrations);

      const traceId = "b1".repeat(16);
      const payloads = payloadsOf(traceId, 96);
      const acknowledged: string[] = [];
      const firstPid = ownerOf(jiva.dataDir) ?? jiva.enginePid;
      const beginMs = performance.now();
      let beforeKill = 0;
      await Promise.all(
        Array.from({ length: senders }, async (_, sender) => {
          for (let index = sender; index < payloads.length; index += senders) {
            await delay(Math.max(0, beginMs + index * intervalMs - performance.now()));
            const payload = payloads[index];
            if (!payload) continue;
            if (index === 32) {
              beforeKill = acknowledged.length;
              process.kill(firstPid, "SIGKILL");
            }
            if (await isAcknowledged(payload)) acknowledged.push(...payload.ids);
          }
        }),
      );
      await vi.waitFor(async () => expect((await fetch(jiva.url + paths.health)).status).toBe(200), {
        timeout: 60_000,
        interval: 200,
      });
      expect(ownerOf(jiva.dataDir)).not.toBe(firstPid);
      expect(beforeKill).toBeGreaterThan(0);
      expect(acknowledged.length).toBeGreaterThan(beforeKill);

      const stored = await spanIdsOf(traceId);
      const known = new Set(stored);
      expect(known.size).toBe(stored.length);
      expect(acknowledged.filter((id) => !known.has(id))).toHaveLength(0);
    }, 300_000);
  });
}
