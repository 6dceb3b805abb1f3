import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { composeProblems, dockerfileProblems } from "./containers.mjs";

/** Every file that is ours; folders of data may not even be readable. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|data|\..*)$/.test(entry.name)) return [];
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const files = filesBelow(".");
const dockerfiles = files.filter((path) => /(^|\/)([\w.-]+\.)?Dockerfile(\.[\w.-]+)?$/i.test(path));
const composeFiles = files.filter((path) => /(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/.test(path));

it("finds the files", () => {
  expect(dockerfiles.length).toBeGreaterThanOrEqual(4);
  expect(composeFiles).toContain("docker-compose.yml");
});

it.each(dockerfiles)("%s is pinned and not root", (path) => {
  expect(dockerfileProblems(readFileSync(path, "utf8"))).toEqual([]);
});

it.each(composeFiles)("%s is pinned and not root", (path) => {
  expect(composeProblems(readFileSync(path, "utf8"))).toEqual([]);
});

describe("dockerfileProblems", () => {
  it.each([
    ["FROM node:24.21.0-slim\nUSER 1000:1000", []],
    ["FROM node:24.21.0 AS build\nFROM build\nUSER 1000", []],
    [`FROM node@sha256:${"a".repeat(64)}\nUSER 1000`, []],
    ["FROM node:latest\nUSER 1000", ["node:latest is not pinned by version"]],
    ["FROM node\nUSER 1000", ["node is not pinned by version"]],
    ["FROM --platform=linux/amd64 node:24\nUSER 1000", ["node:24 is not pinned by version"]],
    ["FROM node:24.1\nUSER 1000\nFROM node:24.1", ["its last stage names no USER"]],
    ["FROM node:24.1\nUSER 1000\nUSER 0", ["USER 0 is root"]],
    ["FROM node:24.1\nUSER root:root", ["USER root:root is root"]],
    ["FROM node:24.1\nUSER node", ["USER node is no number: nobody can see that it is not root"]],
  ])("%j", (text, problems) => expect(dockerfileProblems(text)).toEqual(problems));
});

describe("composeProblems", () => {
  it.each([
    ["    image: redis:7.2.1\n    user: 1000:1000", []],
    ["    image: redis:latest", ["redis:latest is not pinned by version"]],
    ["    image: 'redis'", ["redis is not pinned by version"]],
    ['    user: "0"', ["user 0 is root"]],
    ["    user: root", ["user root is root"]],
    ["    user: 0:0", ["user 0:0 is root"]],
    ["    privileged: true", ["a service is privileged"]],
    ["    network_mode: host", ["network_mode is the machine's own"]],
  ])("%j", (text, problems) => expect(composeProblems(text)).toEqual(problems));
});
