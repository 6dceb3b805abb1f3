import { connect, type Socket } from "node:net";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ms: number;
}

/** Writes bytes that no client would send and reads what comes, until the other end hangs up or time is over. */
export async function speak(url: string, text: string, { limitMs = 10_000 } = {}): Promise<RawAnswer> {
  const startedMs = performance.now();
  const socket = open(url);
  let said = "";
  socket.setEncoding("latin1").on("data", (data) => {
    said += data;
  });
  socket.on("error", () => undefined);
  socket.write(text, "latin1");
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  socket.destroy();
  return { ...parse(said), ms: performance.now() - startedMs };
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** A request's text. `connection: close` is added, so that the answer has an end. */
export function requestText(url: string, line: string, headers: readonly string[] = [], body = ""): string {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`host: ${new URL(url).host}`];
  return [`${line} HTTP/1.1`, ...host, "connection: close", ...headers, "", body].join("\r\n");
}

function parse(said: string): Omit<RawAnswer, "ms"> {
  const [head = "", ...rest] = said.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join("\r\n\r\n"),
  };
}
