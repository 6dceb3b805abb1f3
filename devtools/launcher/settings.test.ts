import { describe, expect, it } from "vitest";
import { addressOf, CannotStart, parseSettings, requireNode } from "./settings.mjs";

describe("parseSettings", () => {
  it("has defaults, and takes an empty variable for one that is not set", () => {
    const expected = { host: "127.0.0.1", port: 3000, dataDir: "/jiva/.data" };
    expect(parseSettings({}, "/jiva")).toMatchObject(expected);
    const empty = { HOST: "", PORT: "", DATA_DIR: "", CLICKHOUSE_URL: "", API_TOKEN: "" };
    const settings = parseSettings(empty, "/jiva");
    expect(settings).toMatchObject(expected);
    expect([settings.clickhouseUrl, settings.apiToken]).toEqual([undefined, undefined]);
  });

  it("leaves an absolute folder where it is", () => {
    expect(parseSettings({ DATA_DIR: "/srv/data" }, "/jiva").dataDir).toBe("/srv/data");
  });

  it.each(["abc", "0", "65536", "80.5", "-1"])("refuses PORT=%s and names it", (port) => {
    expect(() => parseSettings({ PORT: port }, "/")).toThrow(
      new CannotStart(`PORT must be a whole number from 1 to 65535, not "${port}".`),
    );
  });
});

describe("requireNode", () => {
  it.each(["18.20.0", "20.9.0", "20.18.3"])("refuses Node %s", (version) => {
    expect(() => requireNode(version)).toThrow(`this is Node ${version}`);
  });

  it.each(["20.19.0", "20.20.2", "22.0.0", "26.1.0"])("takes Node %s", (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });
});

describe("addressOf", () => {
  it.each([
    ["127.0.0.1", "http://127.0.0.1:3000"],
    ["0.0.0.0", "http://127.0.0.1:3000"],
    ["::", "http://[::1]:3000"],
    ["::1", "http://[::1]:3000"],
    ["jiva.example", "http://jiva.example:3000"],
  ])("%s is reached at %s", (host, address) => expect(addressOf({ host, port: 3000 })).toBe(address));
});
