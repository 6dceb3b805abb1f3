// @ts-check
/** Holds package-lock.json, and what is installed of it, against the lists of what may be there. */

/**
 * @typedef {object} LockEntry
 * @property {string} [name] where the folder has another name than the package
 * @property {string} [version]
 * @property {string} [license]
 * @property {string} [integrity]
 * @property {boolean} [inBundle] comes within the archive of another package
 * @property {boolean} [link]
 * @property {boolean} [hasInstallScript]
 *
 * @typedef {object} Manifest a package's own package.json, as far as it is read here
 * @property {unknown} [license]
 * @property {unknown} [licenses] how packages said it before 2015
 *
 * @typedef {object} Lists
 * @property {Readonly<Record<string, string>>} allowedLicences
 * @property {Readonly<Record<string, { readonly licence: string, readonly reason: string }>>} licenceExceptions
 * @property {Readonly<Record<string, string>>} knownInstallScripts
 */

/**
 * One line for every package that may not be there as it is, with what to do.
 * @param {Readonly<Record<string, LockEntry>>} packages of the lock file
 * @param {(path: string) => Manifest | undefined} manifestOf undefined where the package is not installed: packages
 *   for other systems are not, and the lock file's word is taken for them
 * @param {Lists} lists
 * @returns {string[]}
 */
export function packageProblems(packages, manifestOf, lists) {
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === "") return [];
    const name = entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const label = `${name}@${entry.version ?? "?"}`;
    const manifest = manifestOf(path);
    const said = new Set([...(entry.license === undefined ? [] : [entry.license]), ...licencesIn(manifest)]);
    const problems = [];
    if (said.size === 0)
      problems.push(`${label} names no licence. Read it, and list it in licenceExceptions.`);
    for (const licence of said) {
      if (lists.licenceExceptions[name]?.licence === licence) continue;
      if (isAllowed(licence, lists.allowedLicences)) continue;
      problems.push(
        `${label} has the licence ${licence}, which is not listed. Take another package, or list it.`,
      );
    }
    if (entry.hasInstallScript && lists.knownInstallScripts[name] === undefined) {
      problems.push(
        `${label} has an install script, which is not listed. Read it, and list it with its reason.`,
      );
    }
    if (entry.integrity === undefined && !entry.inBundle) {
      problems.push(`${label} has no checksum in package-lock.json. Packages come from the registry only.`);
    }
    return problems;
  });
}

/**
 * The licences that a package names, each an SPDX expression.
 * @param {Manifest | undefined} manifest
 * @returns {string[]}
 */
function licencesIn(manifest) {
  const said = manifest?.license ?? manifest?.licenses;
  return (Array.isArray(said) ? said : [said]).flatMap((each) => {
    const licence = typeof each === "object" && each !== null && "type" in each ? each.type : each;
    return typeof licence === "string" ? [licence] : [];
  });
}

/**
 * True where an SPDX expression leaves a way that is listed: any side of OR, both sides of AND. An expression that
 * mixes both, or holds anything else, is not understood and not allowed.
 * @param {string} expression
 * @param {Readonly<Record<string, string>>} allowed
 */
export function isAllowed(expression, allowed) {
  const ids = expression.replace(/^\(([^()]*)\)$/, "$1");
  const isListed = (/** @type {string} */ id) => Object.hasOwn(allowed, id);
  return ids.split(" OR ").some(isListed) || ids.split(" AND ").every(isListed);
}
