/** The three bars of the logo, on a ground of their own: a browser shows them on whatever colour it likes. */
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect width="20" height="20" rx="4" fill="#15181d"/>' +
  '<rect x="3" y="4" width="14" height="3" rx="1" fill="#e4e8ed"/><rect x="3" y="8.5" width="6" height="3" rx="1" fill="#609efa"/>' +
  '<rect x="8" y="13" width="9" height="3" rx="1" fill="#bd8b31"/></svg>';

/**
 * In the page and not in a file of its own: browsers ask for the file anew whenever the address changes, and the
 * address holds the view.
 */
export const favicon = { url: `data:image/svg+xml,${encodeURIComponent(svg)}`, type: "image/svg+xml" };
