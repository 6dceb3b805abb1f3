import { describe, expect, it } from "vitest";
import { parseTrustedProxies, readClient, setClient } from "./client";

const proxies = parseTrustedProxies("10.0.0.1, 10.1.0.0/16,fd00::/8");
const host = "jiva.example";

function clientOf(peer: string, headers: Record<string, string>) {
  return readClient({ host, ...headers }, peer, proxies);
}

describe("readClient", () => {
  it("does not listen to somebody who is no proxy of ours", () => {
    const headers = {
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "evil",
    };
    expect(clientOf("203.0.113.9", headers)).toEqual({ address: "203.0.113.9", proto: "http", host });
    const none = parseTrustedProxies("");
    expect(readClient({ host, ...headers }, "127.0.0.1", none).address).toBe("127.0.0.1");
  });

  it.each([
    ["10.0.0.1", "198.51.100.7", "198.51.100.7"],
    // What the client sent precedes what the proxy added.
    ["10.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"],
    ["10.0.0.1", "1.2.3.4, 198.51.100.7, 10.1.9.9", "198.51.100.7"],
    ["::ffff:10.0.0.1", "198.51.100.7:5000", "198.51.100.7"],
    ["fd00::1", "[2001:db8::1]:80", "2001:db8::1"],
    ["10.0.0.1", "", "10.0.0.1"],
    ["10.0.0.1", "nonsense", "10.0.0.1"],
    ["10.2.0.1", "198.51.100.7", "10.2.0.1"],
  ])("from %s with %j", (peer, forwarded, address) => {
    expect(clientOf(peer, { "x-forwarded-for": forwarded }).address).toBe(address);
  });

  it("takes protocol and host from a proxy that is trusted", () => {
    const said = { "x-forwarded-proto": "https", "x-forwarded-host": "a.example, b.example" };
    expect(clientOf("10.0.0.1", said)).toMatchObject({ proto: "https", host: "b.example" });
    expect(clientOf("10.0.0.1", { "x-forwarded-proto": "gopher" })).toMatchObject({ proto: "http", host });
  });
});

describe("setClient", () => {
  it("leaves nothing that somebody outside has said about who asks, or in our own name", () => {
    const headers: Record<string, string> = {
      host: "inner",
      forwarded: "for=1.2.3.4",
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-port": "1",
      "x-real-ip": "1.2.3.4",
      "x-jiva-client-address": "1.2.3.4",
      "x-jiva-request": "1",
      "x-nonce": "guessed",
      "content-security-policy": "script-src 'nonce-guessed'",
    };
    setClient(headers, { address: "203.0.113.9", proto: "https", host: "jiva.example" });
    expect(headers).toEqual({
      host: "jiva.example",
      "x-forwarded-proto": "https",
      "x-jiva-client-address": "203.0.113.9",
      "x-jiva-client-proto": "https",
      "x-jiva-request": "1",
    });
  });
});

describe("parseTrustedProxies", () => {
  it.each(["proxy.example", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/8/8", "10.0.0.0/", "/8"])(
    "refuses %s",
    (text) => expect(() => parseTrustedProxies(text)).toThrow(`"${text}" is neither`),
  );
});
