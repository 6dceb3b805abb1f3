import { paths } from "@/lib/api/paths";
import { sendSpans, upload } from "../live/send";
import { Random, seedOf } from "../random";

/** What was acknowledged while it all went on, and what may not have been answered. */
export interface LoadRecord {
  /** Trace ids of batches that were answered with 200. */
  readonly acknowledgedTraces: ReadonlySet<string>;
  /** Every batch that was sent, also those whose answer never came. */
  readonly sentTraces: ReadonlySet<string>;
  /** Numbers of the files that were said to be stored. */
  readonly acknowledgedFiles: ReadonlySet<number>;
  readonly sentFiles: number;
  readonly answers: ReadonlyMap<string, number>;
  /** Answers that nothing excuses. */
  readonly faults: readonly string[];
}

export const spansOfBatch = 20;
const senders = 3;
const answerLimitMs = 40_000;
const pauses = { spans: 60, retry: 300, files: 1_500, questions: 300 } as const;

const questions = [
  "How many stations are there?",
  "Which zone has the most bicycles?",
  "How do I report a broken lock?",
  "What is the average length of a ride?",
];

/** Rows and sum of a file's numbers, told by its own number: what was stored can be checked without a note of it. */
export function fileContent(number: number): { name: string; text: string; rows: number; sum: number } {
  const rows = 10 + (number % 90);
  const values = Array.from({ length: rows }, (_, at) => number * 1_000 + at);
  return {
    name: `chaos ${number}`,
    text: `value,word\n${values.map((value) => `${value},w${value % 7}`).join("\n")}\n`,
    rows,
    sum: values.reduce((sum, value) => sum + value, 0),
  };
}

/** Sends spans, files and questions until it is stopped. Senders of spans try a batch again until it is taken. */
export function startLoad(url: string, seed: number) {
  let isStopping = false;
  const acknowledgedTraces = new Set<string>();
  const sentTraces = new Set<string>();
  const acknowledgedFiles = new Set<number>();
  const answers = new Map<string, number>();
  const faults: string[] = [];
  let sentFiles = 0;
  const count = (what: string) => answers.set(what, (answers.get(what) ?? 0) + 1);
  const fault = (what: string) => {
    if (faults.length < 50) faults.push(what);
  };

  const sender = async (number: number) => {
    const random = new Random(seedOf("spans", seed, number));
    while (!isStopping) {
      const { traceId, body } = makeBatch(random);
      sentTraces.add(traceId);
      while (!isStopping) {
        const status = await sendSpans(url, "otlp-json", body, answerLimitMs).then(
          (answer) => {
            if (answer.status === 500 || (answer.status >= 400 && ![429, 503].includes(answer.status)))
              fault(`spans were answered ${answer.status}: ${answer.text.slice(0, 200)}`);
            return answer.status;
          },
          () => 0,
        );
        count(`spans ${status || "no answer"}`);
        if (status === 200) {
          acknowledgedTraces.add(traceId);
          break;
        }
        await pause(pauses.retry);
      }
      await pause(pauses.spans);
    }
  };

  const uploader = async () => {
    while (!isStopping) {
      const number = sentFiles++;
      const { name, text } = fileContent(number);
      const file = { name: `${name}.csv`, bytes: new TextEncoder().encode(text) };
      const answer = await upload(url, [file], answerLimitMs).catch(() => undefined);
      const [outcome] = answer?.files ?? [];
      count(`files ${outcome?.status ?? answer?.status ?? "no answer"}`);
      if (outcome?.status === "stored") acknowledgedFiles.add(number);
      // A good file may have to be sent again, but it is never the file's fault.
      else if (outcome?.status === "refused") fault(`${name} was refused: ${outcome.reason}`);
      else if (answer && ![429, 503].includes(answer.status))
        fault(`${name} was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
      await pause(pauses.files);
    }
  };

  const asker = async () => {
    const random = new Random(seedOf("questions", seed));
    while (!isStopping) {
      const status = await ask(url, random.pick(questions)).catch(() => 0);
      count(`questions ${status || "no answer"}`);
      if (![0, 200, 429, 503, 504].includes(status)) fault(`a question was answered ${status}`);
      await pause(pauses.questions);
    }
  };

  const all = [...Array.from({ length: senders }, (_, number) => sender(number)), uploader(), asker()];
  return async (): Promise<LoadRecord> => {
    isStopping = true;
    await Promise.all(all);
    return { acknowledgedTraces, sentTraces, acknowledgedFiles, sentFiles, answers, faults };
  };
}

/** The status of one question's answer. Rejects where there is none. */
export async function ask(url: string, question: string): Promise<number> {
  const response = await fetch(url + paths.ask, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ question }),
    signal: AbortSignal.timeout(answerLimitMs),
  });
  await response.arrayBuffer();
  return response.status;
}

function makeBatch(random: Random): { traceId: string; body: Uint8Array } {
  const traceId = random.hex(31).padStart(32, "2");
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: spansOfBatch }, (_, at) => ({
    traceId,
    spanId: (at + 1).toString(16).padStart(16, "3"),
    name: `chaos ${at}`,
    kind: 1,
    startTimeUnixNano: String(nowNs + BigInt(at)),
    endTimeUnixNano: String(nowNs + BigInt(at) + 1_000n),
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "chaos" } }] };
  const request = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "chaos" }, spans }] }] };
  return { traceId, body: new TextEncoder().encode(JSON.stringify(request)) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
