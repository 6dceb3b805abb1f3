import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/** The client's address as far as it can be known: the socket's peer, or what a trusted proxy reports. */
export interface Client {
  readonly address: string;
  readonly proto: "http" | "https";
  /** The Host header of the request as the client sent it. */
  readonly host: string;
}

/** Headers that pass the client's address to the app. Outsiders cannot set them: the door overwrites them. */
export const clientHeaders = { address: "x-jiva-client-address", proto: "x-jiva-client-proto" } as const;

/** What proxies say about a request, in all the ways they have. Whoever is not trusted could write it too. */
const forwardedHeaders =
  /^(?:forwarded|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;
/** Headers of ours that pass from the door to the app, and from nobody else. */
const ownHeaders = /^(?:x-jiva-client-.*|x-nonce|content-security-policy(?:-report-only)?)$/;

/** More proxies in a row than this are none that anybody runs. */
const maxHops = 16;

/**
 * Addresses and ranges ("10.0.0.0/8") as a list that can be asked. Throws an Error that names the entry that is
 * neither.
 */
export function parseTrustedProxies(text: string): BlockList {
  const trusted = new BlockList();
  for (const entry of text.split(",").map((each) => each.trim())) {
    if (entry === "") continue;
    const [address = "", bits, ...rest] = entry.split("/");
    const version = isIP(address);
    const isPrefix =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
    if (version === 0 || rest.length > 0 || !isPrefix) {
      throw new Error(`"${entry}" is neither an address nor a range such as 10.0.0.0/8`);
    }
    const family = version === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return trusted;
}

/**
 * The client's address. A proxy's header counts only if it came through a trusted address, read from the nearest
 * hop backwards; the first that is not trusted is the client.
 */
export function readClient(
  headers: IncomingHttpHeaders,
  peer: string | undefined,
  trusted: BlockList,
): Client {
  const nearest = plainAddress(peer ?? "");
  const host = headers.host ?? "";
  if (!isTrusted(nearest, trusted)) return { address: nearest, proto: "http", host };
  let address = nearest;
  const hops = listOf(headers["x-forwarded-for"]).slice(-maxHops);
  while (isTrusted(address, trusted)) {
    const next = plainAddress(hops.pop() ?? "");
    if (isIP(next) === 0) break;
    address = next;
  }
  const proto = listOf(headers["x-forwarded-proto"]).at(-1)?.toLowerCase();
  return {
    address,
    proto: proto === "https" ? "https" : "http",
    host: listOf(headers["x-forwarded-host"]).at(-1) ?? host,
  };
}

/** Takes away what nobody outside may say, and puts what the door knows in its place. */
export function setClient(headers: IncomingHttpHeaders, client: Client): void {
  for (const name of Object.keys(headers)) {
    if (forwardedHeaders.test(name) || ownHeaders.test(name)) delete headers[name];
  }
  headers.host = client.host;
  headers["x-forwarded-proto"] = client.proto;
  headers[clientHeaders.address] = client.address;
  headers[clientHeaders.proto] = client.proto;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** A socket that takes both families writes 127.0.0.1 as ::ffff:127.0.0.1; proxies add ports and brackets. */
function plainAddress(text: string): string {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  const mapped = isIPv6(bare) ? /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] : undefined;
  return mapped ?? bare;
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
