import type { ClickHouseClient } from "@clickhouse/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { discardVersion } from "./dataset-removal";
import { publishDataset } from "./datasets";

/** What happens to a dataset whose database dies while it is being stored. */
const lost = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const dataset = {
  name: "a",
  id: "new",
  kind: "table" as const,
  source: "t",
  files: [],
  rows: 1,
  passages: 0,
  terms: 0,
  columns: [],
  bytes: 1,
};

describe("a commit that loses its database", () => {
  function open(failures: number) {
    const inserted: { id: string; version: number }[] = [];
    const retired: unknown[] = [];
    const client = {
      query: async () => ({ json: async () => [{ id: "old", kind: "table", version: "7", deleted: 0 }] }),
      command: async ({ query_params }: { query_params: unknown }) => {
        retired.push(query_params);
        if (retired.length <= failures) throw lost();
      },
      insert: async ({ values: [row] }: { values: { id: string; version: number }[] }) => {
        if (row) inserted.push(row);
        if (inserted.length <= failures) throw lost();
      },
    } as unknown as ClickHouseClient;
    return { client, inserted, retired };
  }

  it("is sent again as the same row, so that it counts once", async () => {
    const { client, inserted, retired } = open(1);
    await publishDataset(client, dataset, { untilBack: async () => true });
    expect(inserted.map(({ id }) => id)).toEqual(["new", "new"]);
    expect(inserted[0]?.version).toBe(inserted[1]?.version);
    // Never the new one, though it may be live by then.
    expect(retired).toEqual([{ id: "old" }, { id: "old" }]);
  });

  it("fails as what it is where the database stays away", async () => {
    const { client, inserted } = open(1);
    await expect(publishDataset(client, dataset, { untilBack: async () => false })).rejects.toThrow(
      "ECONNREFUSED",
    );
    expect(inserted).toEqual([]);
  });
});

describe("discardVersion", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("goes on trying while the database is away, and never rejects", async () => {
    const dropped: string[] = [];
    let failures = 3;
    const client = {
      command: async ({ query }: { query: string }) => {
        if (failures-- > 0) throw lost();
        dropped.push(query);
      },
      query: async () => ({ json: async () => [] }),
    } as unknown as ClickHouseClient;
    await discardVersion(client, "x");
    expect(dropped).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(dropped).toEqual(["DROP TABLE IF EXISTS t_x SYNC", "DROP TABLE IF EXISTS t_x_text SYNC"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(dropped).toHaveLength(2);
  });
});
