// @ts-check

/**
 * A name as it stands in SQL.
 * @param {string} name
 */
export function quoteName(name) {
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}
