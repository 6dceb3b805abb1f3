// @ts-check
/** Text of odd shapes through the readers: time at n, 2n, 4n and 8n, flagged where it grows faster than the length. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWorkers } from "../build.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function benchShapes() {
  const file = `dist/bench-shapes-${process.pid}.mjs`;
  await buildWorkers(file, "devtools/bench/shapes.ts");
  try {
    // A process of its own, so that its processor's time is that of the readers.
    const child = spawn(process.execPath, [join(root, file)], { stdio: "inherit" });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) process.exitCode = 1;
  } finally {
    for (const path of [file, `${file}.map`]) rmSync(join(root, path), { force: true });
  }
}
