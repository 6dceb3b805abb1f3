// @ts-check
/** What no image and no service of ours may be: of any version, as root, or with the machine's own powers. */

/**
 * What is wrong with a Dockerfile, one line each.
 * @param {string} text
 * @returns {string[]}
 */
export function dockerfileProblems(text) {
  const problems = [];
  const stages = new Set();
  /** @type {string | undefined} */
  let user;
  for (const line of text.split("\n")) {
    const [, image = "", stage] = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (image !== "") {
      if (!stages.has(image) && !isPinned(image)) problems.push(`${image} is not pinned by version`);
      stages.add(stage);
      user = undefined;
    }
    user = /^USER\s+(\S+)/i.exec(line)?.[1] ?? user;
  }
  if (user === undefined) problems.push("its last stage names no USER");
  else if (isRoot(user)) problems.push(`USER ${user} is root`);
  else if (!/^\d+(:\d+)?$/.test(user))
    problems.push(`USER ${user} is no number: nobody can see that it is not root`);
  return problems;
}

/**
 * What is wrong with a Compose file, one line each.
 * @param {string} text
 * @returns {string[]}
 */
export function composeProblems(text) {
  return text.split("\n").flatMap((line) => {
    const [, name, value = ""] =
      /^\s+(image|user|privileged|network_mode|pid)\s*:\s*["']?([^"'\s#]+)/.exec(line) ?? [];
    if (name === "image" && !isPinned(value)) return [`${value} is not pinned by version`];
    if (name === "user" && isRoot(value)) return [`user ${value} is root`];
    if (name === "privileged" && value === "true") return ["a service is privileged"];
    if ((name === "network_mode" || name === "pid") && value === "host")
      return [`${name} is the machine's own`];
    return [];
  });
}

/**
 * True for an image with a version of at least two numbers, or a digest.
 * @param {string} image
 */
function isPinned(image) {
  return /@sha256:[0-9a-f]{64}$/.test(image) || /:v?\d+\.\d+[\w.-]*$/.test(image);
}

/** @param {string} user */
function isRoot(user) {
  return /^(root|0+)(:|$)/.test(user);
}
