import { describe, expect, it } from "vitest";
import { readConfig } from "./config";

describe("readConfig", () => {
  it("needs nothing", () => {
    const config = readConfig({});
    expect(config).toMatchObject({ HOST: "127.0.0.1", PORT: 3000, TRACE_TTL_HOURS: 72, ASK_CONCURRENCY: 16 });
    expect(config.CLICKHOUSE_URL).toBeUndefined();
    expect(config.allowedHosts).toEqual(["localhost", "127.0.0.1", "[::1]"]);
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readConfig({ API_TOKEN: "", PORT: "", CLICKHOUSE_URL: "" })).toMatchObject({ PORT: 3000 });
  });

  it.each([
    [{ PORT: "eighty" }, "PORT=eighty"],
    [{ PORT: "70000" }, "PORT=70000"],
    [{ TRACE_TTL_HOURS: "1.5" }, "TRACE_TTL_HOURS=1.5"],
    [{ TRACE_TTL_HOURS: "-1" }, "TRACE_TTL_HOURS=-1"],
    [{ CLICKHOUSE_URL: "localhost:8123" }, "CLICKHOUSE_URL=localhost:8123"],
    [{ CLICKHOUSE_DATABASE: "a`; DROP" }, "CLICKHOUSE_DATABASE="],
    [{ CLICKHOUSE_CLUSTER: "a'b" }, "CLICKHOUSE_CLUSTER=a'b"],
    [{ TRACE_REQUESTS: "some" }, "TRACE_REQUESTS=some"],
    [{ HOST: "0.0.0.0" }, "API_TOKEN is needed"],
  ])("refuses %o with a line that names the variable", (environment, text) => {
    expect(() => readConfig(environment)).toThrow(text);
  });

  it("lets other machines in with a token, or where that was said to be wanted", () => {
    expect(readConfig({ HOST: "0.0.0.0", API_TOKEN: "t" }).API_TOKEN).toBe("t");
    expect(readConfig({ HOST: "0.0.0.0", ALLOW_NO_TOKEN: "1" }).ALLOW_NO_TOKEN).toBe(true);
  });

  it("answers the hosts it is told to, and its own", () => {
    expect(readConfig({ ALLOWED_HOSTS: "Jiva.example, localhost" }).allowedHosts).toEqual([
      "localhost",
      "127.0.0.1",
      "[::1]",
      "jiva.example",
    ]);
  });
});
