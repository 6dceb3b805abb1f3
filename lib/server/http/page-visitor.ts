import { services } from "../running";
import { type Visitor, visitorOf } from "./access";

/** The visitor of a page; undefined before the sign-in. Never throws: the door has refused whatever is wrong. */
export async function visitorOfPage(headers: Headers): Promise<Visitor | undefined> {
  try {
    return await visitorOf(services(), headers);
  } catch {
    return undefined;
  }
}
