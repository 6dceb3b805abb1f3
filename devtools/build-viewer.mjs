import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles the timeline of exported files: dist/viewer.js and dist/viewer.css, both to be inlined into a page. */
export async function buildViewer() {
  await build({
    absWorkingDir: root,
    entryPoints: { viewer: "components/gantt/file/viewer.tsx" },
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    jsx: "automatic",
    alias: { "@": root.replace(/\/$/, "") },
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildViewer();
