import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { checkCredentials, isLoopbackHost } from "./access";

const expected = { user: "default", password: "p:ß" };
const check = (headers: Record<string, string>, url = "/") =>
  checkCredentials({ headers, url } as unknown as IncomingMessage, expected);
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

describe("checkCredentials", () => {
  it("takes every way that ClickHouse takes", () => {
    expect(() => check(basic("default:p:ß"))).not.toThrow();
    expect(() => check({ "x-clickhouse-user": "default", "x-clickhouse-key": "p:ß" })).not.toThrow();
    expect(() => check({ "x-clickhouse-key": "p:ß" })).not.toThrow();
    expect(() => check({}, "/?user=default&password=p%3A%C3%9F")).not.toThrow();
    expect(() => check({}, "/?password=p%3A%C3%9F")).not.toThrow();
  });

  it.each([
    [{}],
    [basic("default:")],
    [basic("default:p:ßx")],
    [basic("other:p:ß")],
    [{ ...basic("default:p:ß"), "x-clickhouse-key": "wrong" }],
    [{ authorization: "Basic !" }],
    [{ authorization: "Bearer p:ß" }],
  ])("refuses %j", (headers) => {
    expect(() => check(headers as Record<string, string>)).toThrow(expect.objectContaining({ code: 516 }));
  });
});

describe("isLoopbackHost", () => {
  it.each(["localhost", "LOCALHOST:8123", "127.0.0.1:1", "[::1]:8123"])("takes %s", (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:8123",
    "10.0.0.1",
  ])("refuses %s", (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
