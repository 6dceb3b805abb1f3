// @ts-check
/**
 * What `npm run check` lets into package-lock.json. Every line has its reason: whoever adds one has read the
 * licence or the script.
 */

/**
 * Licences by their SPDX id. The app is Apache-2.0 and is passed on with its packages in an image.
 * @type {Readonly<Record<string, string>>}
 */
export const allowedLicences = {
  MIT: "permissive: keep the notice",
  ISC: "permissive: keep the notice",
  "BSD-2-Clause": "permissive: keep the notice",
  "BSD-3-Clause": "permissive: keep the notice",
  "Apache-2.0": "permissive: keep the notice",
  "0BSD": "permissive, without conditions",
  "BlueOak-1.0.0": "permissive: keep the notice",
  "MPL-2.0": "per file: binds only whoever changes its files, and packages are used as published",
  "CC-BY-4.0": "data (caniuse-lite): name the source",
};

/**
 * Packages under other licences, by name: the licence and why it is all right there.
 * @type {Readonly<Record<string, { readonly licence: string, readonly reason: string }>>}
 */
export const licenceExceptions = {};

/**
 * Packages that bring an install script, by name. None of them is run (.npmrc, Dockerfile): a script that a package
 * cannot do without does not earn a line here.
 * @type {Readonly<Record<string, string>>}
 */
export const knownInstallScripts = {
  chdb: 'does nothing: node -e ""',
  esbuild: "replaces its launcher by the program, to start faster; works without",
  fsevents: "builds the file watcher of macOS, which Playwright and Vite do without",
};
