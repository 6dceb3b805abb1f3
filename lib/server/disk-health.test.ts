import { describe, expect, it } from "vitest";
import { judgeDisk } from "./disk-health";

const mib = 1024 * 1024;
const total = 1024 * mib;
const admitted = {};

describe("judgeDisk", () => {
  it("believes the engine on what it refuses", () => {
    expect(judgeDisk(500 * mib, total, admitted)).toEqual({ status: "ok", free_bytes: 500 * mib });
    // With its ballast in place an engine admits what a server of the same disk would have no room for.
    expect(judgeDisk(40 * mib, total, admitted)).toMatchObject({ status: "low" });
    const refused = { writes_refused: { cause: "no room", needed_bytes: 48 * mib } } as const;
    const full = judgeDisk(40 * mib, total, refused);
    expect(full).toMatchObject({ status: "full", free_bytes: 40 * mib });
    expect(full?.reason).toContain("Only 40 MiB are free");
    expect(full?.reason).toContain("uploads and spans are refused until 48 MiB are free");
  });

  it("concludes from the free bytes of a server", () => {
    expect(judgeDisk(40 * mib, total, undefined)).toMatchObject({ status: "full" });
    expect(judgeDisk(50 * mib, total, undefined)).toMatchObject({ status: "low" });
    expect(judgeDisk(64 * mib, total, undefined)).toEqual({ status: "ok", free_bytes: 64 * mib });
  });

  it("says until when nothing is written after a write that met the disk's end, however much is free now", () => {
    const until = "2026-11-29T12:00:31.000Z";
    const disk = judgeDisk(500 * mib, total, { writes_refused: { cause: "doubt", until } });
    expect(disk).toMatchObject({ status: "uncertain", refused_until: until });
    expect(disk?.reason).toContain("was full during a write");
    expect(disk?.reason).toContain(until);
  });
});
