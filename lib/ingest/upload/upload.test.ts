import { describe, expect, it, vi } from "vitest";
import type { IngestLimits } from "../ports";
import { CutUpload } from "../refusal";
import { openWorld } from "../testing/world";
import { ingestUpload } from "./upload";

const part = (name: string, content = "a\n1\n") =>
  `--x\r\ncontent-disposition: form-data; name="f"; filename="${name}"\r\n\r\n${content}\r\n`;
const field = (name: string, value: string) =>
  `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** A body of these pieces, which then ends, or stalls like a dead connection. */
function bodyOf(pieces: Iterable<string>, { ends }: { readonly ends: boolean }): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      const { done, value } = iterator.next();
      if (!done) controller.enqueue(encoder.encode(value));
      else if (ends) controller.close();
      else await new Promise(() => undefined);
    },
  });
}

function send(
  body: ReadableStream<Uint8Array>,
  {
    limits,
    world = openWorld({}),
  }: { limits?: Partial<IngestLimits>; world?: ReturnType<typeof openWorld> } = {},
) {
  const options = { ...world.options, limits: { ...world.options.limits, ...limits } };
  return ingestUpload({ body, contentType: "multipart/form-data; boundary=x", contentLength: null }, options);
}

const soon = { stillMs: 1, windowMs: 60_000, minBytesPerS: 1 };

describe("a form whose line dies", () => {
  it("keeps what was stored, and says what became of each file and why", async () => {
    const world = openWorld({});
    const pieces = [part("a.csv"), part("b.md"), part("half.csv").slice(0, 80)];
    const error = await send(bodyOf(pieces, { ends: false }), { limits: { line: soon }, world }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(CutUpload);
    expect(error.message).toContain("No byte of the upload came");
    expect(error.files).toMatchObject([
      { name: "a.csv", status: "stored" },
      { name: "b.md", status: "stored" },
      { name: "half.csv", status: "refused", reason: expect.stringContaining("no byte of the upload came") },
    ]);
    expect(world.committed.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("publishes the documents of a collection that are through", async () => {
    const world = openWorld({});
    const pieces = [field("dataset", "all"), part("a.md"), part("b.md"), part("half.md").slice(0, 80)];
    const error = await send(bodyOf(pieces, { ends: false }), { limits: { line: soon }, world }).catch(
      (e) => e,
    );
    expect(error.files.map(({ status }: { status: string }) => status)).toEqual([
      "stored",
      "stored",
      "refused",
    ]);
    expect(world.committed).toMatchObject([{ name: "all", files: ["a.md", "b.md"] }]);
  });

  it("says so too where nothing had come", async () => {
    const error = await send(bodyOf([], { ends: false }), { limits: { line: soon } }).catch((e) => e);
    expect(error).toBeInstanceOf(CutUpload);
    expect(error.files).toEqual([]);
  });
});

it("a form that breaks off between two files does not look whole", async () => {
  const outcomes = await send(bodyOf([part("a.csv"), part("b.csv"), "--x"], { ends: true }));
  expect(outcomes).toMatchObject([
    { name: "a.csv", status: "stored" },
    { name: "b.csv", status: "stored" },
    { name: "the rest of the form", status: "refused" },
  ]);
});

describe("a form of too many files", () => {
  const limits = { maxFiles: 3, restMs: 60_000 };
  const names = Array.from({ length: 8 }, (_, n) => part(`${n}.csv`));

  it("stores as many as may be, and counts the rest", async () => {
    const world = openWorld({});
    const outcomes = await send(bodyOf([...names, "--x--\r\n"], { ends: true }), { limits, world });
    expect(outcomes.map(({ status }) => status)).toEqual(["stored", "stored", "stored", "refused"]);
    expect(outcomes.at(-1)?.reason).toBe(
      "One upload holds at most 3 files. 5 more files were not looked at: send them by another.",
    );
    expect(world.committed).toHaveLength(3);
  });

  it("has nothing to say where it holds exactly as many", async () => {
    const outcomes = await send(bodyOf([...names.slice(0, 3), "--x--\r\n"], { ends: true }), { limits });
    expect(outcomes.map(({ status }) => status)).toEqual(["stored", "stored", "stored"]);
  });

  it("is not read for longer than that may take, however much more comes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const world = openWorld({});
      let sent = 0;
      const endless = (function* () {
        yield* names.slice(0, 3);
        for (;;) {
          sent++;
          yield part(`more ${sent}.csv`);
        }
      })();
      const sending = send(bodyOf(endless, { ends: true }), { limits, world });
      await vi.waitFor(() => expect(sent).toBeGreaterThan(10), { timeout: 20_000 });
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { timeout: 20_000 });
      vi.advanceTimersByTime(60_000);
      const outcomes = await sending;
      expect(world.committed).toHaveLength(3);
      expect(outcomes.at(-1)?.reason).toMatch(
        /^One upload holds at most 3 files\. At least [\d,]+ more files were not looked at/,
      );
    } finally {
      vi.useRealTimers();
    }
  });
});
