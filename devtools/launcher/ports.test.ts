import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort, portTrouble, requireFreePort } from "./ports.mjs";

const host = "127.0.0.1";

describe("a port that another program has", () => {
  let other: Server;
  let port = 0;
  beforeEach(async () => {
    other = createServer().listen(0, host);
    await once(other, "listening");
    port = (other.address() as AddressInfo).port;
  });
  afterEach(() => void other.close());

  it("is refused in one line that names a free one", async () => {
    expect(await portTrouble(host, port)).toBe("EADDRINUSE");
    const refusal = await requireFreePort(host, port).catch((error: Error) => error.message);
    const other =
      /^127\.0\.0\.1:\d+ is taken by another program\. Take another port: PORT=(\d+) npm start$/.exec(
        String(refusal),
      )?.[1];
    expect(await portTrouble(host, Number(other))).toBeUndefined();
  });

  it("is free again afterwards", async () => {
    other.close();
    await once(other, "close");
    await expect(requireFreePort(host, port)).resolves.toBeUndefined();
  });
});

it("refuses an address that is not this machine's", async () => {
  // 192.0.2.0/24 is set aside for documentation: no machine has it.
  await expect(requireFreePort("192.0.2.1", 3000)).rejects.toThrow("HOST=192.0.2.1 is not an address");
});

it("finds a port that is free", async () => {
  expect(await portTrouble(host, await freePort(host))).toBeUndefined();
});
