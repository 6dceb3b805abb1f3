// @ts-check
/**
 * `npm run sbom`: the software bill of materials, by npm itself, from package-lock.json alone: every package for
 * every system with its licence and checksum, those for development marked. Nothing has to be installed for it.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** @type {Readonly<Record<string, string>>} */
const files = { cyclonedx: "dist/jiva.cdx.json", spdx: "dist/jiva.spdx.json" };

const [format = "cyclonedx", ...rest] = process.argv.slice(2);
const file = files[format];
if (file === undefined || rest.length > 0) {
  process.stderr.write(`sbom: takes one format: ${Object.keys(files).join(" or ")}\n`);
  process.exit(2);
}
const bill = execFileSync("npm", ["sbom", `--sbom-format=${format}`, "--package-lock-only"], {
  cwd: root,
  encoding: "utf8",
  // 0.3 MB were measured.
  maxBuffer: 64 * 1024 * 1024,
  stdio: ["ignore", "pipe", "inherit"],
});
const path = join(root, file);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, bill);
const { components, packages } = JSON.parse(bill);
process.stdout.write(`sbom: ${(components ?? packages).length} packages in ${file}\n`);
