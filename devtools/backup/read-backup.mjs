// @ts-check
import { createHash } from "node:crypto";
import { CannotStart } from "../launcher/settings.mjs";
import { manifestFile, parseManifest } from "./manifest.mjs";
import { readZip } from "./zip-file.mjs";

/** Far above the manifest of thousands of tables, each with hundreds of columns. */
const maxManifestBytes = 256 * 1024 * 1024;

/**
 * @typedef {object} Backup
 * @property {import("./manifest.mjs").Manifest} manifest
 * @property {(file: string) => Promise<import("node:stream").Readable>} read
 * @property {() => void} close
 */

/**
 * Opens a backup and reads it through once: each document has to be what the manifest says. Throws CannotStart,
 * with the reason, where it is damaged, cut, or of a version that is not known here.
 *
 * @param {string} path
 * @param {{ signal: AbortSignal, onProgress?: (progress: string) => void }} options
 * @returns {Promise<Backup>}
 */
export async function openBackup(path, { signal, onProgress }) {
  /** @type {import("./zip-file.mjs").ZipReader | undefined} */
  let zip;
  try {
    const opened = await readZip(path);
    zip = opened;
    const manifest = parseManifest(await readAll(await opened.read(manifestFile)));
    for (const [index, { data }] of manifest.tables.entries()) {
      signal.throwIfAborted();
      onProgress?.(`checking ${index + 1} of ${manifest.tables.length}`);
      if (data !== undefined) await checkDocument(await opened.read(data.file), data);
    }
    return { manifest, read: (file) => opened.read(file), close: () => opened.close() };
  } catch (error) {
    zip?.close();
    signal.throwIfAborted();
    const reason = error instanceof CannotStart ? error.message : `It is damaged (${toLine(error)}).`;
    throw new CannotStart(`${path} cannot be restored. ${reason} Nothing was changed.`);
  }
}

/** @param {unknown} error */
const toLine = (error) => (error instanceof Error ? error.message : String(error)).split("\n")[0];

/**
 * @param {import("node:stream").Readable} document
 * @param {import("./manifest.mjs").TableData} data
 */
async function checkDocument(document, { file, bytes, sha256 }) {
  const hash = createHash("sha256");
  let found = 0;
  for await (const chunk of document) {
    hash.update(chunk);
    found += chunk.length;
    // A document that was made to never end.
    if (found > bytes) break;
  }
  if (found !== bytes || hash.digest("hex") !== sha256) {
    throw new CannotStart(`Its document ${file} is not what its manifest says.`);
  }
}

/** @param {import("node:stream").Readable} document */
async function readAll(document) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of document) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxManifestBytes) throw new CannotStart("Its manifest is damaged.");
  }
  return Buffer.concat(chunks).toString("utf8");
}
