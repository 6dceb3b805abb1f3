import { describe, expect, it } from "vitest";
import { readConfig } from "./config";

const long = "a token of enough letters".replaceAll(" ", "-");

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
    [{ ENGINE_MEMORY_MB: "512" }, "ENGINE_MEMORY_MB=512"],
    [{ TRACE_REQUESTS: "some" }, "TRACE_REQUESTS=some"],
    [{ HOST: "0.0.0.0" }, "API_TOKEN is needed"],
    [{ HOST: "0.0.0.0", API_TOKEN: "short" }, "API_TOKEN has fewer than 16 characters"],
    [{ TRUSTED_PROXIES: "127.0.0.1", API_TOKEN: "short" }, "API_TOKEN has fewer than 16 characters"],
    [{ HOST: "0.0.0.0", API_TOKEN: long, READ_TOKEN: "short" }, "READ_TOKEN has fewer than 16 characters"],
    [{ READ_TOKEN: long }, "READ_TOKEN is set without API_TOKEN"],
    [{ API_TOKEN: long, READ_TOKEN: long }, "READ_TOKEN is the same as API_TOKEN"],
    [{ API_TOKEN: "with a space" }, "API_TOKEN= is not possible"],
    [{ TRUSTED_PROXIES: "10.0.0.0/8,nonsense" }, "TRUSTED_PROXIES=10.0.0.0/8,nonsense"],
  ])("refuses %o with a line that names the variable", (environment, text) => {
    expect(() => readConfig(environment)).toThrow(text);
  });

  it("lets other machines in with a token, or where that was said to be wanted", () => {
    expect(readConfig({ HOST: "0.0.0.0", API_TOKEN: long }).API_TOKEN).toBe(long);
    expect(readConfig({ HOST: "0.0.0.0", ALLOW_NO_TOKEN: "1" }).ALLOW_NO_TOKEN).toBe(true);
  });

  it("takes a short token where only this machine can reach it, and another for reading", () => {
    const config = readConfig({ API_TOKEN: "t", READ_TOKEN: "r", TRUSTED_PROXIES: "" });
    expect(config).toMatchObject({ API_TOKEN: "t", READ_TOKEN: "r" });
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
