import { describe, expect, it } from "vitest";
import { isApiPath, methodsAt } from "./routes";

describe("methodsAt", () => {
  it.each([
    ["/api/runs", ["GET", "HEAD"]],
    ["/api/runs/", ["GET", "HEAD"]],
    ["/api/runs/a%2Fb", ["DELETE", "GET", "HEAD"]],
    ["/api/runs/a/spans/search", ["GET", "HEAD"]],
    ["/v1/traces", ["POST"]],
    ["/api/nope", undefined],
    ["/api/runs//spans", undefined],
    ["/api/ask/more", undefined],
    ["/api/[x]", undefined],
    ["/api", undefined],
  ])("%s", (path, methods) => expect(methodsAt(path)).toEqual(methods));
});

describe("isApiPath", () => {
  it.each(["/api", "/api/x", "/v1/traces", "/fastapi/x"])("%s", (path) => expect(isApiPath(path)).toBe(true));
  it.each(["/", "/apis", "/runs/api", "/v10", "/sign-in"])("not %s", (path) =>
    expect(isApiPath(path)).toBe(false),
  );
});
