// @ts-check
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import yazl from "yazl";
import { CannotStart } from "../launcher/settings.mjs";

/** Deflate's quickest: documents shrink to a half, and a core writes 90 MB/s instead of 30. */
const compressionLevel = 1;

/**
 * @typedef {{ bytes: number, sha256: string }} Digest
 *
 * @typedef {object} ZipWriter
 * @property {(name: string, content: NodeJS.ReadableStream) => Promise<Digest>} add
 * @property {() => Promise<void>} finish puts the file in its place, whole and on the disk
 * @property {() => Promise<void>} abandon
 */

/**
 * Writes a zip file entry by entry, in bounded memory. Until it is finished it has another name.
 * @param {string} path
 * @param {{ signal: AbortSignal }} options
 * @returns {ZipWriter}
 */
export function writeZip(path, { signal }) {
  const part = `${path}.part`;
  const zip = new yazl.ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(part, { mode: 0o600 }), { signal });
  /** Fires when the file cannot be written any more. */
  const broken = new AbortController();
  written.catch((error) => broken.abort(error));
  return {
    async add(name, content) {
      const hash = createHash("sha256");
      let bytes = 0;
      const measure = new Transform({
        transform(chunk, _encoding, done) {
          bytes += chunk.length;
          hash.update(chunk);
          done(null, chunk);
        },
      });
      zip.addReadStream(measure, name, { compressionLevel, mode: 0o100600 });
      try {
        await pipeline(content, measure, { signal: broken.signal });
      } catch (error) {
        throw broken.signal.aborted ? broken.signal.reason : error;
      }
      return { bytes, sha256: hash.digest("hex") };
    },
    async finish() {
      zip.end();
      await written;
      await syncToDisk(part);
      await rename(part, path);
      await syncToDisk(dirname(path));
    },
    async abandon() {
      /** @type {import("node:stream").Readable} */ (zip.outputStream).destroy();
      await written.catch(() => undefined);
      await rm(part, { force: true });
    },
  };
}

/** @param {string} path of a file or a folder */
async function syncToDisk(path) {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * @typedef {object} ZipReader
 * @property {(name: string) => Promise<import("node:stream").Readable>} read throws CannotStart where it is not there
 * @property {() => void} close
 */

/**
 * Opens a zip file for reading any entry. Throws CannotStart where it is none, or is cut.
 * @param {string} path
 * @returns {Promise<ZipReader>}
 */
export async function readZip(path) {
  try {
    const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
    /** @type {Map<string, yauzl.Entry>} */
    const entries = new Map();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    return {
      read(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw new CannotStart(`It lacks ${name}.`);
        return zip.openReadStreamPromise(entry);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      throw new CannotStart(`${path} cannot be read (${error.code}).`);
    }
    throw new CannotStart(
      `It is no zip file, or its end is missing (${error instanceof Error ? error.message : error}).`,
    );
  }
}
