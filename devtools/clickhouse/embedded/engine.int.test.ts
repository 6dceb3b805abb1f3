import { createClient } from "@clickhouse/client";
import { expect, inject, it } from "vitest";

it("answers pings", async () => {
  const { url, user, password } = inject("clickhouse");
  const client = createClient({ url, username: user, password });
  expect(await client.ping({ select: true })).toEqual({ success: true });
  await client.close();
});
