import { serveJob } from "../job";
import { serveJobs } from "../serve-jobs";
import * as names from "./job-names";

class BadThing extends Error {
  override readonly name = "BadThing";
}

function deeper(depth: number): number {
  return depth < 0 ? 0 : 1 + deeper(depth + 1);
}

/** Jobs that behave well and badly, for the pool's tests; built like the app's own (devtools/workers-set-up.ts). */
export default serveJobs([
  ...names.kinds.flatMap((kind) => [
    serveJob(names.echo(kind), ({ value }) => value),
    serveJob(names.sum(kind), (_, { bytes }) => {
      let total = 0;
      for (const piece of bytes.pieces()) for (const byte of piece.bytes) total += byte;
      return { bytes: bytes.size(), sum: total };
    }),
    serveJob(names.count(kind), async ({ to }, { emit }) => {
      for (let number = 1; number <= to; number++) await emit(number);
      return to;
    }),
    serveJob(names.spin(kind), async (_, { emit }) => {
      await emit(`pid ${process.pid}`);
      for (;;);
    }),
    serveJob(names.fail(kind), () => {
      throw new BadThing("It is bad.");
    }),
    serveJob(names.exit(kind), () => process.exit(7)),
    serveJob(names.recurse(kind), () => deeper(0)),
    serveJob(names.fillHeap(kind), () => {
      const held: object[] = [];
      for (;;) held.push({ held: held.length, text: `number ${held.length}` });
    }),
    serveJob(names.spans(kind), async (_, { span, traceparent }) => {
      await span("outer", async (outer) => {
        outer.set("rows", 3);
        await span("inner", () => undefined);
      });
      await span("broken", () => {
        throw new BadThing("It broke.");
      }).catch(() => undefined);
      return traceparent;
    }),
  ]),
  serveJob(names.fillBuffers, async () => {
    const held: Buffer[] = [];
    for (;;) {
      held.push(Buffer.alloc(8 * 1024 * 1024, held.length));
      // As a decoder does that reads page after page.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }),
  serveJob(names.writeLines, ({ lines, padding = 0 }, { write }) => {
    for (let line = 0; line < lines; line++) write(Buffer.from(`line ${line}${" ".repeat(padding)}\n`));
    return lines;
  }),
  serveJob(names.environment, () => ({ pid: process.pid, names: Object.keys(process.env) })),
]);
