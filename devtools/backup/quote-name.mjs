// @ts-check

/**
 * A name quoted for SQL.
 * @param {string} name
 */
export function quoteName(name) {
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}
