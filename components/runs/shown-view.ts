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
