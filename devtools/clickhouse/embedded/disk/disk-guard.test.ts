import { beforeEach, describe, expect, it, vi } from "vitest";
import { diskMarks } from "../../../../lib/base/disk-marks";
import type { Effect } from "../sql/statement-effect";
import { DiskGuard } from "./disk-guard";

const mib = 1024 * 1024;
const marks = diskMarks(1024 * mib);
const writes: Effect = { kind: "writes" };
const makesRoom: Effect = { kind: "makes room" };
const rewrites: Effect = { kind: "makes room", rewrites: { database: "d", table: "t" } };

let free: number;
let brims: number;
let hasBallast: boolean;
let partBytes: number;
const startsAnew = new Date("2026-11-29T12:00:31Z");
const onDoubt = vi.fn<() => Date>();
let guard: DiskGuard;

beforeEach(() => {
  free = 500 * mib;
  brims = 0;
  hasBallast = true;
  partBytes = mib;
  onDoubt.mockReset().mockReturnValue(startsAnew);
  guard = new DiskGuard(
    {
      marks,
      free: () => free,
      brims: () => brims,
      countWriters: () => undefined,
      holdBallast: () => undefined,
    },
    {
      get isThere() {
        return hasBallast;
      },
      release() {
        if (hasBallast) free += marks.ballast;
        hasBallast = false;
      },
    },
    async () => partBytes,
    onDoubt,
  );
});

const done = async () => "done";
const full = expect.objectContaining({ code: 243 });

describe("DiskGuard", () => {
  it("lets everything pass while there is room", async () => {
    for (const effect of [writes, makesRoom, rewrites]) expect(await guard.run(effect, done)).toBe("done");
    expect(hasBallast).toBe(true);
  });

  it("refuses what writes below the reserve, without beginning it, and lets the rest go on", async () => {
    expect(guard.refusal()).toBeUndefined();
    free = marks.reserve - 1;
    expect(guard.refusal()).toEqual({ cause: "no room", needed_bytes: marks.reserve });
    const work = vi.fn(done);
    await expect(guard.run(writes, work)).rejects.toEqual(full);
    expect(work).not.toHaveBeenCalled();
    expect(await guard.run({ kind: "reads" }, done)).toBe("done");
    expect(await guard.run({ kind: "drops" }, done)).toBe("done");
    expect(hasBallast).toBe(true);
  });

  it("gives the ballast up for what makes room, and keeps its room from what writes", async () => {
    free = 0;
    expect(await guard.run(makesRoom, done)).toBe("done");
    expect(hasBallast).toBe(false);
    await expect(guard.run(writes, done)).rejects.toEqual(full);
    expect(guard.refusal()).toEqual({ cause: "no room", needed_bytes: marks.reserve + marks.ballast });
    free = marks.reserve + marks.ballast;
    expect(await guard.run(writes, done)).toBe("done");
  });

  it("refuses even deleting where the ballast is used up, but for dropping", async () => {
    free = 0;
    hasBallast = false;
    await expect(guard.run(makesRoom, done)).rejects.toEqual(full);
    expect(await guard.run({ kind: "drops" }, done)).toBe("done");
    expect(onDoubt).not.toHaveBeenCalled();
  });

  it("refuses to delete rows of a part that would not fit a second time", async () => {
    free = 20 * mib;
    partBytes = 100 * mib;
    await expect(guard.run(rewrites, done)).rejects.toEqual(full);
  });

  it("believes nothing that was written while the disk was full", async () => {
    const meets = (event: () => void) =>
      guard.run(writes, async () => {
        event();
        return "done";
      });
    await expect(
      meets(() => {
        free = marks.brim - 1;
      }),
    ).rejects.toEqual(full);
    // Until the new start nothing more is written, but still deleted.
    free = 500 * mib;
    await expect(guard.run(writes, done)).rejects.toMatchObject({ code: 236 });
    expect(guard.refusal()).toEqual({ cause: "doubt", until: "2026-11-29T12:00:31.000Z" });
    expect(await guard.run(makesRoom, done)).toBe("done");
    expect(onDoubt).toHaveBeenCalledOnce();
  });

  it("doubts what came to the brim and back", async () => {
    const work = async () => {
      brims++;
      return "done";
    };
    await expect(guard.run(writes, work)).rejects.toEqual(full);
    expect(onDoubt).toHaveBeenCalledOnce();
  });

  it("passes a statement's own error on, and doubts all the same", async () => {
    const work = async () => {
      brims++;
      throw new Error("broken");
    };
    await expect(guard.run(writes, work)).rejects.toThrow("broken");
    expect(onDoubt).toHaveBeenCalledOnce();
  });
});
