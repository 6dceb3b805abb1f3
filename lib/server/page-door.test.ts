import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sessionValue } from "./access";

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllEnvs());

async function open(path: string, headers: Record<string, string>, token = "") {
  vi.stubEnv("API_TOKEN", token);
  const { pageDoor } = await import("./page-door");
  return pageDoor(new NextRequest(`http://127.0.0.1:3000${path}`, { headers }));
}

const host = "127.0.0.1:3000";

describe("the door of the pages", () => {
  it("turns an unknown host away", async () => {
    expect((await open("/", { host: "evil.example" })).status).toBe(421);
  });

  it("lets a page in with a policy of its own, whose nonce is never the same", async () => {
    const nonceOf = async () => {
      const policy = (await open("/runs", { host })).headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      return /'nonce-([^']+)'/.exec(policy)?.[1];
    };
    const first = await nonceOf();
    expect(first).toMatch(/^[\w+/=]{20,}$/);
    expect(await nonceOf()).not.toBe(first);
  });

  it("sends people without the token to the sign-in page, and back afterwards", async () => {
    const response = await open("/runs?q=a%20b", { host }, "secret");
    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toBe("/sign-in?next=%2Fruns%3Fq%3Da%2520b");
    expect((await open("/sign-in", { host }, "secret")).status).toBe(200);
    const cookie = `jiva_session=${sessionValue("secret")}`;
    expect((await open("/runs", { host, cookie }, "secret")).status).toBe(200);
  });
});
