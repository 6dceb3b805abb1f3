/** One server-sent event: its name ("message" where none was given) and its data lines joined. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** A server that never ends a line must not fill the tab's memory. */
const maxPendingChars = 8 * 1024 * 1024;

/**
 * Takes a `text/event-stream` in pieces cut anywhere, also inside a line or between CR and LF, and hands out
 * whole events. Push-based, because uploads get their text from XMLHttpRequest and questions from a stream.
 * Throws when a single event grows beyond 8 MiB.
 */
export function createEventParser(onEvent: (event: ServerEvent) => void): { feed(text: string): void } {
  let pending = "";
  let event = "";
  let data: string[] = [];
  let dataChars = 0;

  function line(text: string): void {
    if (text === "") {
      if (data.length > 0) onEvent({ event: event || "message", data: data.join("\n") });
      event = "";
      data = [];
      dataChars = 0;
      return;
    }
    if (text.startsWith(":")) return;
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    if (field === "data") {
      data.push(value);
      dataChars += value.length;
    }
  }

  return {
    feed(text) {
      pending += text;
      let start = 0;
      for (;;) {
        const end = pending.slice(start).search(/[\r\n]/);
        if (end < 0) break;
        const at = start + end;
        // A CR at the very end may be the first half of CR LF: it waits for what follows.
        if (pending[at] === "\r" && at === pending.length - 1) break;
        line(pending.slice(start, at));
        start = at + (pending.startsWith("\r\n", at) ? 2 : 1);
      }
      pending = pending.slice(start);
      if (pending.length + dataChars > maxPendingChars)
        throw new Error("An event of the stream is too large.");
    },
  };
}
