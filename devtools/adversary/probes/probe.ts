import type { TriedJiva } from "../live/tried-jiva";

/** One thing that a stranger or an operator may do, and what is right then. */
export interface Probe {
  readonly area: string;
  readonly name: string;
  /** In words. */
  readonly right: string;
  /** Does it; says what came and whether that is right. What it throws is wrong. */
  readonly run: () => Promise<Came>;
  /** Beyond the usual limit, where waiting is what is tried. */
  readonly limitMs?: number;
}

export interface Came {
  readonly came: string;
  readonly ok: boolean;
}

/** What probes are run against. */
export interface ProbeTarget {
  readonly root: string;
  readonly tried: TriedJiva;
  readonly url: string;
}

export const usualLimitMs = 20_000;

/** An answer as it came, with nothing followed and nothing decoded but its text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly ms: number;
}

export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const startedMs = performance.now();
  const response = await fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(usualLimitMs),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ms: performance.now() - startedMs };
}

export const json = { "content-type": "application/json" } as const;

export function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return call(url, { method: "POST", headers: { ...json, ...headers }, body: text });
}

/** A probe of which the status says all. An answer of 4xx has to be a sentence, too. */
export function statusProbe(
  area: string,
  name: string,
  statuses: readonly number[],
  ask: () => Promise<Answer>,
): Probe {
  return {
    area,
    name,
    right: statuses.join(" or "),
    async run() {
      const answer = await ask();
      const fault = statuses.includes(answer.status) ? faultOfProblem(answer) : "";
      return {
        came: `${answer.status}${fault && `, ${fault}`}`,
        ok: statuses.includes(answer.status) && fault === "",
      };
    },
  };
}

/** What is wrong with a refusal's words; "" for nothing, and for anything but problem+json. */
export function faultOfProblem({ status, headers, text }: Answer): string {
  if (status < 400 || !(headers.get("content-type") ?? "").includes("problem+json")) return "";
  const { detail } = JSON.parse(text) as { detail?: unknown };
  if (typeof detail !== "string" || !/^[\p{Lu}“"`\w].*[.!]$/su.test(detail))
    return `no sentence: ${text.slice(0, 200)}`;
  return /node_modules|\bat \w+ \(/.test(detail) ? `it shows the inside: ${detail.slice(0, 200)}` : "";
}

export function verdictOf(problems: readonly string[], wellSaid = "as it should be"): Came {
  const [first] = problems;
  if (first === undefined) return { came: wellSaid, ok: true };
  return {
    came: `${problems.length > 1 ? `${problems.length} times wrong, ` : ""}${first.slice(0, 300)}`,
    ok: false,
  };
}
