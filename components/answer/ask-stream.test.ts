import { afterEach, describe, expect, it, vi } from "vitest";
import type { AskStageEvent } from "@/lib/api/ask";
import { askQuestion } from "./ask-stream";

const answer = {
  run_id: "r1",
  trace_id: "0af7651916cd43dd8448eb211c80319c",
  status: "answered",
  mode: "structured",
  answer: "There are 12 stations.",
  confidence: 0.9,
  evidence: [],
  stages: [{ name: "plan", start_ms: 0, duration_ms: 2 }],
  duration_ms: 20,
  model: "embedded",
};

function answerWith(text: string | Uint8Array[], init: ResponseInit = {}): void {
  const pieces = typeof text === "string" ? [new TextEncoder().encode(text)] : text;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(body, init)),
  );
}

async function ask(signal = new AbortController().signal) {
  const stages: AskStageEvent[] = [];
  const result = await askQuestion("How many stations?", "auto", signal, (stage) => stages.push(stage));
  return { stages, result };
}

afterEach(() => vi.unstubAllGlobals());

describe("askQuestion", () => {
  it("tells the stages and gives the answer, also when a character is cut in two", async () => {
    const done = { ...answer, answer: "Zürich has 12 stations." };
    const bytes = new TextEncoder().encode(
      `event: stage\ndata: {"name":"plan","state":"started"}\n\nevent: done\ndata: ${JSON.stringify(done)}\n\n`,
    );
    const cut = bytes.indexOf(0xc3) + 1;
    answerWith([bytes.slice(0, cut), bytes.slice(cut)]);
    const { stages, result } = await ask();
    expect(stages).toEqual([{ name: "plan", state: "started" }]);
    expect(result.answer).toBe("Zürich has 12 stations.");
  });

  it("rejects with the problem of an error event", async () => {
    const problem = {
      type: "about:blank",
      title: "Out of time",
      status: 504,
      detail: "Ask a smaller question.",
    };
    answerWith(`event: error\ndata: ${JSON.stringify(problem)}\n\n`);
    await expect(ask()).rejects.toMatchObject({ problem, message: "Ask a smaller question." });
  });

  it("keeps how long to wait when there is no place", async () => {
    const problem = { type: "about:blank", title: "Busy", status: 429, detail: "Wait a moment." };
    answerWith(JSON.stringify(problem), { status: 429, headers: { "retry-after": "3" } });
    await expect(ask()).rejects.toMatchObject({ problem, retryAfterS: 3 });
  });

  it("says so when the stream ends without an answer or the answer is another's", async () => {
    answerWith('event: stage\ndata: {"name":"plan","state":"started"}\n\n');
    await expect(ask()).rejects.toMatchObject({ problem: { title: "The answer broke off" } });
    answerWith("event: done\ndata: {}\n\n");
    await expect(ask()).rejects.toMatchObject({ problem: { title: "The answer was not understood" } });
    answerWith("event: done\ndata: {\n\n");
    await expect(ask()).rejects.toMatchObject({ problem: { title: "The answer was not understood" } });
  });

  it("says so when the app is away", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(ask()).rejects.toMatchObject({ problem: { title: "The app cannot be reached" } });
  });

  it("rejects with the reason of a cancel", async () => {
    const controller = new AbortController();
    controller.abort(new DOMException("cancelled by the person", "AbortError"));
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => Promise.reject(init.signal?.reason));
    await expect(ask(controller.signal)).rejects.toThrow("cancelled by the person");
  });
});
