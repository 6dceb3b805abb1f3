import { isIPv6 } from "node:net";

/**
 * Counts wrong tokens by the address that they came from. Only wrong ones are ever counted and refused: the right
 * token is let in from every address, whatever came from there before.
 */
export interface WrongTokens {
  /** Notes a wrong token; gives the seconds after which its address may guess again, or 0 while it may. */
  note(address: string): number;
}

const windowMs = 60_000;
/** A person mistypes a few times; a guesser needs millions. */
const allowedInWindow = 10;
/** Entries of some 100 bytes; the oldest goes first. */
const maxAddresses = 10_000;
/** Lines in a window: somebody with many addresses shall not fill the disk with our log. */
const maxLines = 20;

interface Tries {
  sinceMs: number;
  count: number;
}

export function createWrongTokens(log: (line: string) => void, now: () => number = Date.now): WrongTokens {
  const addresses = new Map<string, Tries>();
  const lines: Tries = { sinceMs: 0, count: 0 };

  const say = (address: string) => {
    if (now() - lines.sinceMs >= windowMs) Object.assign(lines, { sinceMs: now(), count: 0 });
    lines.count++;
    if (lines.count < maxLines) log(`A wrong token came from ${address}.`);
    if (lines.count === maxLines)
      log("Wrong tokens come from more addresses; the rest of this minute is not listed.");
  };

  return {
    note(given) {
      const address = networkOf(given);
      let tries = addresses.get(address);
      if (tries === undefined || now() - tries.sinceMs >= windowMs) {
        tries = { sinceMs: now(), count: 0 };
        addresses.delete(address);
        addresses.set(address, tries);
        const [oldest] = addresses.keys();
        if (addresses.size > maxAddresses && oldest !== undefined) addresses.delete(oldest);
        say(address);
      }
      tries.count++;
      if (tries.count <= allowedInWindow) return 0;
      return Math.max(1, Math.ceil((tries.sinceMs + windowMs - now()) / 1_000));
    },
  };
}

/** One customer has a whole /64 of IPv6 addresses. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address.slice(0, 100);
  const [head = "", tail] = address.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}
