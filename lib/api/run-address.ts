import { idInQuery, idParameters, pages } from "./paths";

/**
 * The address of a run's page if the id is not a plain word; undefined if the given address is already right. Browsers
 * and proxies change such a segment on the way, so people are led to the address that everybody reads alike.
 */
export function betterRunAddress(pathname: string, search: string): string | undefined {
  const [, collection, segment, ...below] = pathname.split("/");
  if (collection !== "runs" || segment === undefined || segment === "" || below.length > 0) return undefined;
  if (new URLSearchParams(search).has(idParameters.runId)) return undefined;
  let address: string;
  try {
    address = pages.run(decodeURIComponent(segment));
  } catch {
    return undefined;
  }
  if (segment === idInQuery || address === pathname) return undefined;
  return `${address}${search.replace("?", address.includes("?") ? "&" : "?")}`;
}
