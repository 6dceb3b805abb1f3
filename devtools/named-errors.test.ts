import { build } from "esbuild";
import { expect, test } from "vitest";

/** A bundle as a build makes it: minified, with classes of its own. */
async function bundle() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { isNamed } from "@/lib/base/named-errors";
        export { Cancelled, DeadlineExceeded, TooBusy } from "@/lib/base/tasks";
        export { HttpProblem } from "@/lib/server/http/problem";`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
  });
  const [{ text = "" } = {}] = outputFiles;
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`${text}//${Math.random()}`)}`);
}

test("an error of one bundle is known in another, and as what it is", async () => {
  const [one, other] = [await bundle(), await bundle()];
  const problem = new one.HttpProblem(400, "Invalid request", "Send less.");
  expect(problem).not.toBeInstanceOf(other.HttpProblem);
  expect(other.isNamed(problem, other.HttpProblem)).toBe(true);
  expect(other.isNamed(problem, other.Cancelled)).toBe(false);
  expect(other.isNamed(new one.DeadlineExceeded(5), other.DeadlineExceeded)).toBe(true);
  expect(other.isNamed(new one.TooBusy("full", 5), other.TooBusy)).toBe(true);
  expect(other.isNamed({ name: "HttpProblem" }, other.HttpProblem)).toBe(false);
});
