/**
 * Text of odd shapes through the readers of Markdown, text, CSV and JSON, at four sizes: the processor's time has to
 * grow with the length and no faster. Bundled and run by shapes.mjs.
 */
import { isNamed } from "@/lib/base/named-errors";
import { cutDocumentInJob } from "@/lib/ingest/documents/cut-document";
import { ingestLimits } from "@/lib/ingest/ports";
import { Refusal } from "@/lib/ingest/refusal";
import { scanCsv, scanJson } from "@/lib/ingest/tables/scan-table";
import type { JobBytes, JobContext } from "@/lib/workers/job";
import { type Format, type Shape, shapes } from "./shape-list";

const kibibyte = 1024;
const sizes = [64, 128, 256, 512].map((size) => size * kibibyte);
/** Of the largest, against eight times that of the smallest; caches and collections account for some of it. */
const maxGrowth = 2;
/** Below this a measurement is noise. */
const smallMs = 150;
/** Above this for 512 KiB, a document of 16 MiB would be refused for its time. */
const slowMs = 4_000;

function bytesOf(content: Buffer): JobBytes {
  return {
    size: () => content.length,
    read: (position, length) => content.subarray(position, position + length),
    *pieces() {
      for (let at = 0; at < content.length; at += 256 * kibibyte) {
        yield { position: at, bytes: content.subarray(at, at + 256 * kibibyte) };
      }
    },
    replace: () => undefined,
  };
}

async function read(format: Format, content: Buffer): Promise<void> {
  const context = {
    bytes: bytesOf(content),
    traceparent: undefined,
    emit: async () => undefined,
    write: () => undefined,
    span: async (_name: string, work: (part: { set(): void }) => unknown) =>
      await work({ set: () => undefined }),
  } as unknown as JobContext<never>;
  const limits = ingestLimits(1024 * 1024 * 1024);
  if (format === "csv") await scanCsv({ isTsv: false, limits }, context);
  else if (format === "json") await scanJson({ format: "json", limits }, context);
  else await cutDocumentInJob({ fileName: `shape.${format}`, format }, context);
}

/** The processor's time for one size, and whether the file was refused. */
async function timeOf({ format, make }: Shape, size: number): Promise<{ ms: number; refused: boolean }> {
  const content = Buffer.from(make(size));
  const before = process.cpuUsage().user;
  let refused = false;
  try {
    await read(format, content);
  } catch (error) {
    if (!isNamed(error, Refusal)) throw error;
    refused = true;
  }
  return { ms: (process.cpuUsage().user - before) / 1_000, refused };
}

const asked = process.argv.slice(2);
let flagged = 0;
for (const shape of shapes) {
  const name = `${shape.format}: ${shape.name}`;
  if (asked.length > 0 && !asked.some((each) => name.includes(each))) continue;
  await timeOf(shape, 16 * kibibyte);
  const taken = [];
  for (const size of sizes) taken.push(await timeOf(shape, size));
  const [first, last] = [taken[0]?.ms ?? 0, taken.at(-1)?.ms ?? 0];
  const growth = last / (Math.max(first, 1) * 8);
  const isFlagged = last > smallMs && (growth > maxGrowth || last > slowMs);
  if (isFlagged) flagged++;
  const times = taken
    .map(({ ms, refused }) => `${Math.round(ms)}${refused ? "r" : ""}`.padStart(6))
    .join(" ");
  process.stdout.write(`${name.padEnd(44)} ${times} ms${isFlagged ? "  grows too fast, or is slow" : ""}\n`);
}
process.stdout.write(`${flagged} of the shapes flagged (r: refused)\n`);
process.exitCode = flagged === 0 ? 0 : 1;
