import { maxViewChars, viewFields } from "@/lib/api/exports";

/** What the timeline shows, as the address holds it; the address may hold other things too. */
export function shownView(): string {
  const search = new URLSearchParams(location.search);
  const view = new URLSearchParams();
  for (const field of viewFields) {
    const value = search.get(field);
    if (value !== null) view.set(field, value);
  }
  return view.toString().slice(0, maxViewChars);
}

/**
 * The address of a page with another view (`?…` or ""). Which runs it shows, the parameters `naming`, stays word for
 * word: written anew it would be another text for the same runs.
 */
export function addressWithView(
  { pathname, search }: Pick<Location, "pathname" | "search">,
  naming: string,
  view: string,
): string {
  const named = search
    .slice(1)
    .split("&")
    .filter((part) => part.startsWith(`${naming}=`));
  const query = [...named, ...(view === "" ? [] : [view.slice(1)])].join("&");
  return query === "" ? pathname : `${pathname}?${query}`;
}
