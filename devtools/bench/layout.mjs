// @ts-check
/** The timeline and the flame graph without a browser: layout, and a frame painted to a context that draws nothing. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWorkers } from "../build.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function benchLayout() {
  const file = `dist/bench-layout-${process.pid}.mjs`;
  await buildWorkers(file, "devtools/bench/layout.ts");
  try {
    // A process of its own: what other benchmarks have run decides how V8 compiles the readers of columns.
    const child = spawn(process.execPath, [join(root, file)], { stdio: "inherit" });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) process.exitCode = 1;
  } finally {
    for (const path of [file, `${file}.map`]) rmSync(join(root, path), { force: true });
  }
}
