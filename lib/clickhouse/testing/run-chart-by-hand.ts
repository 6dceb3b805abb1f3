import type { RunChart, RunChartQuery } from "@/lib/api/run-chart";
import { highest, lowest } from "@/lib/base/bigints";
import { createRandom } from "@/lib/base/random";
import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import { workKindOf, workKinds } from "@/lib/trace/names";
import type { Span } from "@/lib/trace/span";
import { makeSpan, spanIdOf, text, traceIdOf } from "./spans";

// For tests: spans with every oddity, and what the charts should show of them, counted one by one.

/** An hour before midnight, so that longer runs span two days. */
export const t0Ms = Date.UTC(2026, 0, 1, 23);
export const at = (offsetMs: number): Nanoseconds => nanoseconds(BigInt(Math.round((t0Ms + offsetMs) * 1e6)));
export const ms = (length: number): Nanoseconds => nanoseconds(BigInt(Math.round(length * 1e6)));

/** No id of a run: its trace goes by the trace id. */
const tooLong = "x".repeat(1_001);

/** Traces with every oddity: several runs a trace, several traces a run, orphans, overlaps, midnight in between. */
export function randomSpans(seed: number): Span[] {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const spans: Span[] = [];
  for (let trace = 1; trace <= 60; trace++) {
    const traceId = traceIdOf(trace);
    const startMs = random() * 2 * 3_600_000;
    const lengthMs = pick([5, 500, 40 * 60_000]) * random();
    const count = 1 + Math.floor(random() * 12);
    const runIds =
      random() < 0.3 ? [] : [pick(["r-1", "r-2", "r-3", "it's", "{q:String}", `own-${trace}`, tooLong])];
    if (random() < 0.1) runIds.push("r-1");
    for (let i = 0; i < count; i++) {
      const start = startMs + (i === 0 ? 0 : random() * lengthMs);
      const parent = Math.floor(random() * i) + 1;
      spans.push(
        makeSpan({
          traceId,
          spanId: spanIdOf(i + 1),
          parentSpanId: i === 0 ? "" : random() < 0.1 ? spanIdOf(99) : spanIdOf(parent),
          name:
            i === 0
              ? pick(["ask", "GET /räder", "x'\\y", "ask"])
              : pick(["plan", "read", "answer", "chat", "'; --"]),
          serviceName: pick(["shop", "it's", "web"]),
          startNs: at(start),
          durationNs: ms(i === 0 ? lengthMs : random() * lengthMs),
          status: random() < 0.05 ? "Error" : "Unset",
          attributes: [
            ...(i < runIds.length ? [text("run_id", runIds[i] ?? "")] : []),
            ...(i === 0 && random() < 0.7
              ? [text("mode", pick(["structured", "unstructured", "combined"]))]
              : []),
            ...(i === 0 ? [text("question", pick(["Wie viele RÄDER?", "100 %", ""]))] : []),
            ...(random() < 0.2 ? [text(pick(["db.system", "gen_ai.system", "http.method"]), "x")] : []),
          ],
        }),
      );
    }
  }
  return spans;
}

function groupBy<T, K>(list: readonly T[], keyOf: (entry: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const entry of list) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry]);
  return groups;
}

interface PlainRun {
  readonly id: string;
  readonly startNs: bigint;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly mode: string;
  readonly name: string;
  readonly services: readonly string[];
  readonly traceIds: readonly string[];
  readonly holds: boolean;
}

const attributeOf = (span: Span, key: string) =>
  span.attributes.find((attribute) => attribute.key === key)?.value ?? "";
const endOf = ({ startNs, durationNs }: Span): bigint => startNs + durationNs;
const least = (list: readonly bigint[]) => list.reduce((a, b) => lowest(a, b));

function plainRuns(spans: readonly Span[], q = ""): PlainRun[] {
  const traces = groupBy(spans, (span) => span.traceId);
  const idsOf = (trace: readonly Span[]) => {
    const ids = new Set(
      trace.map((span) => attributeOf(span, "run_id")).filter((id) => id !== "" && id !== tooLong),
    );
    return ids.size > 0 ? ids : new Set(trace.map((span) => span.traceId));
  };
  const runIds = new Set([...traces.values()].flatMap((trace) => [...idsOf(trace)]));
  const holds = (value: string) => value.toLowerCase().includes(q.toLowerCase());
  return [...runIds].map((id) => {
    const own = [...traces.values()]
      .filter((trace) => idsOf(trace).has(id))
      .sort((a, b) => (least(a.map((span) => span.startNs)) < least(b.map((span) => span.startNs)) ? -1 : 1));
    const all = own.flat();
    const startNs = least(all.map((span) => span.startNs));
    const endNs = -least(all.map((span) => -endOf(span)));
    const roots = all
      .filter((span) => span.parentSpanId === "")
      .sort((a, b) => (a.startNs < b.startNs ? -1 : 1));
    return {
      id,
      startNs,
      durationMs: Number(endNs - startNs) / 1e6,
      isError: all.some((span) => span.status === "Error"),
      mode: own.flatMap((trace) => trace.map((span) => attributeOf(span, "mode"))).find(Boolean) ?? "",
      name: roots[0]?.name ?? "",
      services: [...new Set(all.map((span) => span.serviceName))],
      traceIds: own.map((trace) => trace[0]?.traceId ?? ""),
      holds: all.some((span) =>
        [attributeOf(span, "question"), span.parentSpanId === "" ? span.name : "", span.traceId, id].some(
          holds,
        ),
      ),
    };
  });
}

/** What the answer should be, with the axis and the order of equal counts taken from the answer itself. */
export function chartByHand(spans: readonly Span[], query: RunChartQuery, answer: RunChart): RunChart {
  const from = Date.parse(query.from ?? answer.from ?? "");
  const to = Date.parse(query.to ?? answer.to ?? "");
  const startMs = Date.parse(answer.from ?? "");
  const inRange = plainRuns(spans, query.q).filter(
    ({ startNs, holds }) =>
      startNs >= BigInt(from) * 1_000_000n && startNs < BigInt(to) * 1_000_000n && holds,
  );
  const isMode = (run: PlainRun) => query.mode === undefined || run.mode === query.mode;
  const isStatus = (run: PlainRun) =>
    query.status === undefined || run.isError === (query.status === "error");
  const isService = (run: PlainRun) => query.service === undefined || run.services.includes(query.service);
  const shown = inRange.filter((run) => isMode(run) && isStatus(run) && isService(run));
  const rank = (runs: readonly PlainRun[], share: number) =>
    runs.map((run) => run.durationMs).sort((a, b) => a - b)[
      Math.max(Math.ceil(share * runs.length), 1) - 1
    ] ?? 0;
  const countBy = (runs: readonly PlainRun[], names: (run: PlainRun) => readonly string[]) =>
    [...groupBy(runs.flatMap(names), (name) => name)]
      .map(([name, list]) => [name, list.length] as const)
      .sort((a, b) => b[1] - a[1] || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])));
  const kindNames = countBy(shown, (run) => [JSON.stringify([run.mode, run.mode ? "" : run.name])]);
  const told = answer.kinds
    .filter(({ mode, name }) => mode || name)
    .map(({ mode, name }) => JSON.stringify([mode, name]));
  const kindOf = (run: PlainRun) => {
    const place = told.indexOf(JSON.stringify([run.mode, run.mode ? "" : run.name]));
    return place < 0 ? told.length : place;
  };
  const frequent = kindNames.slice(0, 4).map(([, runs]) => runs);
  const toldRuns = told.map((kind) => kindNames.find(([name]) => name === kind)?.[1]);
  if (toldRuns.join() !== frequent.join()) throw new Error(`Kinds of ${toldRuns} runs, not of ${frequent}.`);

  const bucketOf = (run: PlainRun) =>
    Math.floor((Number(run.startNs / 1_000_000n) - startMs) / answer.bucket_ms);
  const buckets = [...groupBy(shown, bucketOf)].sort(([a], [b]) => a - b);
  const byKind = [...groupBy(shown, kindOf)].sort(([a], [b]) => a - b);
  const seen = new Set<string>();
  return {
    from: answer.from,
    to: answer.to,
    bucket_ms: answer.bucket_ms,
    runs: shown.length,
    errors: shown.filter((run) => run.isError).length,
    p50_ms: rank(shown, 0.5),
    p95_ms: rank(shown, 0.95),
    kinds: byKind.map(([kind, runs]) => ({
      mode: answer.kinds[kind]?.mode ?? "",
      name: answer.kinds[kind]?.name ?? "",
      runs: runs.length,
    })),
    buckets: buckets.map(([bucket, runs]) => ({
      start: new Date(startMs + bucket * answer.bucket_ms).toISOString(),
      runs: runs.length,
      errors: runs.filter((run) => run.isError).length,
      kinds: [...groupBy(runs, kindOf)]
        .sort(([a], [b]) => a - b)
        .map(([kind, own]) => ({ kind, runs: own.length, p50_ms: rank(own, 0.5), p95_ms: rank(own, 0.95) })),
    })),
    stages: {
      runs: shown.length,
      spans: spans.filter((span) => shown.some((run) => run.traceIds.includes(span.traceId))).length,
      stretches: buckets.map(([bucket, runs]) => {
        const self = workKinds.map(() => 0n);
        for (const run of runs.toSorted((a, b) => (a.startNs > b.startNs ? -1 : 1))) {
          for (const traceId of run.traceIds.filter((id) => !seen.has(id))) {
            seen.add(traceId);
            const own = spans.filter((span) => span.traceId === traceId);
            for (const span of own) {
              const kind = workKindOf(span.name, (attribute) => attributeOf(span, attribute) !== "");
              self[workKinds.indexOf(kind)] = (self[workKinds.indexOf(kind)] ?? 0n) + selfTimeOf(span, own);
            }
          }
        }
        return {
          start: new Date(startMs + bucket * answer.bucket_ms).toISOString(),
          end: new Date(startMs + (bucket + 1) * answer.bucket_ms).toISOString(),
          runs: runs.length,
          self_ms: self.map((ns) => Number(ns) / 1e6),
        };
      }),
    },
    statuses: {
      ok: inRange.filter((run) => isMode(run) && isService(run) && !run.isError).length,
      error: inRange.filter((run) => isMode(run) && isService(run) && run.isError).length,
    },
    modes: countBy(
      inRange.filter((run) => isStatus(run) && isService(run)),
      (run) => [run.mode],
    ).map(([mode, runs]) => ({ mode, runs })),
    services: countBy(
      inRange.filter((run) => isStatus(run) && isMode(run)),
      (run) => run.services,
    ).map(([service, runs]) => ({ service, runs })),
    services_left_out: 0,
  };
}

function selfTimeOf(span: Span, trace: readonly Span[]): bigint {
  const children = trace
    .filter((child) => child.parentSpanId === span.spanId)
    .sort((a, b) => (a.startNs < b.startNs ? -1 : 1));
  let until: bigint = span.startNs;
  let covered = 0n;
  for (const child of children) {
    const from = highest(child.startNs, until);
    const to = lowest(endOf(child), endOf(span));
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return span.durationNs - covered;
}
