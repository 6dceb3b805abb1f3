// @ts-check
/**
 * Makes the trace of a question as a large retrieval system would record it: sub-questions with a plan, embeddings,
 * SQL beside document search, reranking and an answer, with as many spans as asked for. The same size and seed
 * always make the same trace. Times are whole microseconds from the trace's start.
 */

/** @typedef {string | number | boolean} Value */

/**
 * @typedef {object} MadeSpan
 * @property {number} parent index of the parent, -1 for the root; parents come before their children
 * @property {string} service
 * @property {string} name
 * @property {1 | 2 | 3} kind OTLP's internal, server, client
 * @property {number} startUs
 * @property {number} durationUs
 * @property {[string, Value][]} attributes
 * @property {{ atUs: number, name: string, attributes: [string, Value][] }[]} events
 * @property {boolean} isError
 */

/**
 * Kinds of span: service, name, OTLP kind, what a span does by itself in µs (median), and how many of its children
 * run at once.
 * @type {Record<string, [service: string, name: string, kind: 1 | 2 | 3, ownUs: number, lanes: number]>}
 */
const kinds = {
  ask: ["gateway", "POST /question", 2, 5_000, 1],
  subquestion: ["orchestrator", "subquestion", 1, 9_000, 1],
  plan: ["planner", "plan", 1, 40_000, 1],
  planModel: ["models", "chat planner", 3, 320_000, 1],
  embed: ["embeddings", "embed", 1, 5_000, 4],
  embedBatch: ["embeddings", "embed batch", 3, 24_000, 1],
  token: ["embeddings", "tokenize", 1, 600, 1],
  tables: ["tables", "retrieve.structured", 1, 8_000, 8],
  query: ["postgres", "SELECT orders", 3, 9_000, 1],
  fetchRows: ["postgres", "fetch rows", 1, 2_000, 1],
  documents: ["search", "retrieve.unstructured", 1, 6_000, 12],
  shard: ["search", "search shard", 3, 10_000, 3],
  segment: ["index", "scan segment", 1, 6_000, 2],
  block: ["index", "read block", 1, 1_200, 1],
  rerank: ["reranker", "rerank", 1, 6_000, 6],
  rerankBatch: ["reranker", "rerank batch", 3, 30_000, 2],
  score: ["reranker", "score passage", 1, 1_500, 1],
  answer: ["answerer", "answer", 1, 15_000, 1],
  answerModel: ["models", "chat answer", 3, 800_000, 1],
  chunk: ["answerer", "stream chunk", 1, 8_000, 1],
};

/** What a sub-question does, in order; the stages of one inner list run side by side. With their share of spans. */
const stages = /** @type {const} */ ([
  [["plan", 3]],
  [["embed", 9]],
  [
    ["tables", 22],
    ["documents", 41],
  ],
  [["rerank", 17]],
  [["answer", 8]],
]);

/** How the spans below a stage are nested: each level's kind, and how many spans it spreads over at most. */
const below = {
  plan: [
    ["planModel", 1],
    ["chunk", 60],
  ],
  embed: [
    ["embedBatch", 6],
    ["token", 9_999],
  ],
  tables: [
    ["query", 24],
    ["fetchRows", 9_999],
  ],
  documents: [
    ["shard", 12],
    ["segment", 24],
    ["block", 9_999],
  ],
  rerank: [
    ["rerankBatch", 8],
    ["score", 9_999],
  ],
  answer: [
    ["answerModel", 1],
    ["chunk", 60],
  ],
};

/** A sub-question has at most this many spans; larger questions are split further. */
const spansPerSubquestion = 1_200;

/** Numbers from 0 up to 1, by the mulberry32 generator. @param {number} seed */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * @param {number} count of spans, at least 1
 * @param {{ seed?: number, values?: "usual" | "random" }} [options] `random`: every text and number is another
 * @returns {MadeSpan[]}
 */
export function makeQuestionTrace(count, { seed = 7, values = "usual" } = {}) {
  const random = randomFrom(seed + count);
  const { kind, parent, children } = growTree(count, random);
  const { startUs, durationUs } = placeInTime(kind, parent, children, random);
  return kind.map((name, i) => {
    const [service, spanName, otlpKind] = kinds[name] ?? ["", "", 1];
    const start = startUs[i] ?? 0;
    const duration = durationUs[i] ?? 0;
    const isError = i > 0 && random() < 0.02;
    return {
      parent: parent[i] ?? -1,
      service,
      name: name === "subquestion" ? `${spanName} ${i % 40}` : spanName,
      kind: otlpKind,
      startUs: start,
      durationUs: duration,
      attributes: values === "random" ? randomAttributes(random) : usualAttributes(name, i, random),
      events: makeEvents(start, duration, isError, i, random),
      isError,
    };
  });
}

/**
 * @param {number} count
 * @param {() => number} random
 */
function growTree(count, random) {
  /** @type {string[]} */
  const kind = [];
  /** @type {number[]} */
  const parent = [];
  /** @type {number[][]} */
  const children = [];
  /** @param {string} name @param {number} above */
  const add = (name, above) => {
    const span = kind.length;
    kind.push(name);
    parent.push(above);
    children.push([]);
    children[above]?.push(span);
    return span;
  };

  /**
   * `budget` spans below `above`, spread over the levels.
   * @param {number} above
   * @param {number} budget
   * @param {readonly (readonly [string, number])[]} levels
   */
  const spread = (above, budget, levels) => {
    const [level, ...deeper] = levels;
    if (!level || budget <= 0) return;
    const [name, most] = level;
    const wide = deeper.length === 0 ? budget : Math.max(1, Math.round(Math.sqrt(budget) * (0.6 + random())));
    const many = Math.min(budget, most, wide);
    for (const share of split(budget - many, many, random)) {
      const span = add(name, above);
      // What the deepest level cannot hold goes on as a chain below it.
      spread(span, share, deeper.length > 0 ? deeper : [[name, 3], ...levels]);
    }
  };

  /** @param {number} above @param {number} budget @param {number} depth */
  const ask = (above, budget, depth) => {
    if (budget <= 0) return;
    if (budget > spansPerSubquestion && depth < 5) {
      const many = Math.min(12, Math.max(2, Math.round(budget / 900)), budget);
      for (const share of split(budget - many, many, random)) {
        ask(add("subquestion", above), share, depth + 1);
      }
      return;
    }
    const all = stages.flat();
    const taken = all.slice(0, Math.min(budget, all.length));
    const shares = splitBy(
      budget - taken.length,
      taken.map(([, weight]) => weight),
    );
    for (const [index, [name]] of taken.entries()) {
      spread(add(name, above), shares[index] ?? 0, /** @type {[string, number][]} */ (below[name]));
    }
  };
  ask(add("ask", -1), count - 1, 0);
  return { kind, parent, children };
}

/** @param {number} total @param {number} many @param {() => number} random */
function split(total, many, random) {
  return splitBy(
    total,
    Array.from({ length: many }, () => 0.3 + random()),
  );
}

/** Whole numbers in these proportions whose sum is `total`. @param {number} total @param {readonly number[]} weights */
function splitBy(total, weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map((weight) => Math.floor((total * weight) / sum));
  let left = total - shares.reduce((a, b) => a + b, 0);
  for (let i = 0; left > 0; i = (i + 1) % shares.length, left--) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}

/**
 * Durations from the leaves up, then starts from the root down.
 * @param {readonly string[]} kind
 * @param {readonly number[]} parent
 * @param {readonly (readonly number[])[]} children
 * @param {() => number} random
 */
function placeInTime(kind, parent, children, random) {
  const durationUs = new Float64Array(kind.length);
  const offsetUs = new Float64Array(kind.length);
  for (let i = kind.length - 1; i >= 0; i--) {
    const [, , , medianUs, lanes] = kinds[kind[i] ?? ""] ?? ["", "", 1, 1_000, 1];
    const ownUs = medianUs * Math.exp((random() + random() + random() - 1.5) * 1.1);
    const own = children[i] ?? [];
    if (own.length === 0) {
      durationUs[i] = Math.max(20, Math.round(ownUs));
      continue;
    }
    let endUs = Math.round(Math.min(ownUs * 0.2, 3_000)) + 5;
    for (const group of groupsOf(own, kind)) {
      const free = new Array(group.isParallel ? group.spans.length : lanes).fill(endUs);
      for (const child of group.spans) {
        const lane = free.indexOf(Math.min(...free));
        const gapUs = Math.round(20 + random() * Math.min(ownUs * 0.05, 2_000));
        offsetUs[child] = (free[lane] ?? 0) + gapUs;
        free[lane] = (offsetUs[child] ?? 0) + (durationUs[child] ?? 0);
      }
      endUs = Math.max(...free);
    }
    durationUs[i] = Math.round(endUs + Math.min(ownUs * 0.1, 2_000) + 10);
  }
  const startUs = new Float64Array(kind.length);
  for (let i = 1; i < kind.length; i++) startUs[i] = (startUs[parent[i] ?? 0] ?? 0) + (offsetUs[i] ?? 0);
  return { startUs, durationUs };
}

/**
 * The children in the order in which they run: stages one after the other (tables beside documents), three
 * sub-questions at a time, others as their parent's lanes allow.
 * @param {readonly number[]} own
 * @param {readonly string[]} kind
 */
function groupsOf(own, kind) {
  const names = own.map((child) => kind[child]);
  if (names.includes("plan")) {
    return stages
      .map((group) => own.filter((child) => group.some(([name]) => name === kind[child])))
      .filter((spans) => spans.length > 0)
      .map((spans) => ({ isParallel: true, spans }));
  }
  if (names[0] !== "subquestion") return [{ isParallel: false, spans: own }];
  const groups = [];
  for (let at = 0; at < own.length; at += 3) groups.push({ isParallel: true, spans: own.slice(at, at + 3) });
  return groups;
}

const tables = ["orders", "invoices", "customers", "contracts", "tickets"];
/** @param {number} n @param {number} digits */
const hex = (n, digits) => n.toString(16).padStart(digits, "0");

/**
 * Ten attributes, as such systems record them: few keys, many repeated values.
 * @param {string} kind
 * @param {number} i
 * @param {() => number} random
 * @returns {[string, Value][]}
 */
function usualAttributes(kind, i, random) {
  /** @type {[string, Value][]} */
  const common = [
    ["retrieval.stage", kind],
    ["retrieval.step.index", i % 97],
    ["retrieval.question.id", `q-${i % 13}`],
    ["thread.id", 1 + (i % 16)],
    ["code.function.name", `run_${kind}`],
    ["retrieval.cache.hit", random() < 0.3],
    ["retrieval.score", Math.round(random() * 1e4) / 1e4],
  ];
  if (kind === "query" || kind === "fetchRows") {
    const table = tables[i % tables.length];
    return [
      ...common,
      ["db.system.name", "postgresql"],
      ["db.query.text", `SELECT id, total FROM ${table} WHERE shard = ${i % 32} AND ts > $1 LIMIT 100`],
      ["db.response.returned_rows", Math.floor(random() * 1_000)],
    ];
  }
  if (kind === "planModel" || kind === "answerModel") {
    return [
      ...common,
      ["gen_ai.request.model", `model-${i % 3}`],
      ["gen_ai.usage.input_tokens", Math.floor(random() * 8_000)],
      ["gen_ai.usage.output_tokens", Math.floor(random() * 900)],
    ];
  }
  return [
    ...common,
    ["retrieval.documents", Math.floor(random() * 64)],
    ["retrieval.source", `s3://corpus/part-${hex(i % 4_096, 4)}.parquet`],
    ["server.address", `10.0.${i % 8}.${i % 250}`],
  ];
}

/**
 * The same ten keys for every span, and no value twice: what no dictionary makes smaller.
 * @param {() => number} random
 * @returns {[string, Value][]}
 */
function randomAttributes(random) {
  const word = () => hex(Math.floor(random() * 2 ** 32), 8);
  return [
    ["retrieval.stage", word()],
    ["retrieval.step.index", Math.floor(random() * 1e6)],
    ["retrieval.question.id", `q-${word()}`],
    ["thread.id", Math.floor(random() * 65_536)],
    ["code.function.name", `run_${word()}`],
    ["retrieval.cache.hit", random() < 0.5],
    ["retrieval.score", random()],
    ["retrieval.documents", Math.floor(random() * 1e6)],
    ["retrieval.source", `s3://corpus/${word()}.parquet`],
    ["server.address", `10.${[1, 2, 3].map(() => Math.floor(random() * 256)).join(".")}`],
  ];
}

/**
 * @param {number} startUs
 * @param {number} durationUs
 * @param {boolean} isError
 * @param {number} i
 * @param {() => number} random
 */
function makeEvents(startUs, durationUs, isError, i, random) {
  /** @type {MadeSpan["events"]} */
  const events = [];
  const within = () => startUs + Math.round(durationUs * random());
  if (random() < 0.08) {
    events.push({
      atUs: within(),
      name: "cache.miss",
      attributes: [["cache.key", hex((i * 7_919) % 65_536, 4)]],
    });
  }
  if (random() < 0.04) {
    events.push({ atUs: within(), name: "retry", attributes: [["retry.attempt", 1 + (i % 3)]] });
  }
  if (isError) {
    const message = `deadline exceeded after ${Math.round(durationUs / 1_000)} ms`;
    events.push({
      atUs: startUs + durationUs,
      name: "exception",
      attributes: [
        ["exception.type", "TimeoutError"],
        ["exception.message", message],
      ],
    });
  }
  return events;
}

/**
 * The trace's id: another for every size.
 * @param {number} count
 */
export const traceIdOf = (count) => hex(0x6a697661 + count, 32);
/** @param {number} i */
const spanIdOf = (i) => hex(0x10_0000_0000 + i * 2 + 1, 16);

/**
 * OTLP JSON requests of at most `batch` spans each.
 * @param {readonly MadeSpan[]} spans
 * @param {{ startMs: number, batch?: number }} options `startMs`: when the trace begins, since the epoch
 * @returns {Generator<string>}
 */
export function* toOtlpRequests(spans, { startMs, batch = 5_000 }) {
  const traceId = traceIdOf(spans.length);
  const nano = (/** @type {number} */ us) => String((BigInt(startMs) * 1_000n + BigInt(us)) * 1_000n);
  for (let from = 0; from < spans.length; from += batch) {
    /** @type {Map<string, unknown[]>} */
    const byService = new Map();
    for (const [at, span] of spans.slice(from, from + batch).entries()) {
      const own = byService.get(span.service) ?? [];
      byService.set(span.service, own);
      own.push({
        traceId,
        spanId: spanIdOf(from + at),
        ...(span.parent >= 0 && { parentSpanId: spanIdOf(span.parent) }),
        name: span.name,
        kind: span.kind,
        startTimeUnixNano: nano(span.startUs),
        endTimeUnixNano: nano(span.startUs + span.durationUs),
        attributes: span.attributes.map(toKeyValue),
        events: span.events.map(({ atUs, name, attributes }) => ({
          timeUnixNano: nano(atUs),
          name,
          attributes: attributes.map(toKeyValue),
        })),
        status: span.isError ? { code: 2, message: "TimeoutError" } : {},
      });
    }
    yield JSON.stringify({
      resourceSpans: [...byService].map(([service, own]) => ({
        resource: {
          attributes: [toKeyValue(["service.name", service]), toKeyValue(["host.name", `${service}-0`])],
        },
        scopeSpans: [{ scope: { name: `retrieval.${service}` }, spans: own }],
      })),
    });
  }
}

/** @param {[string, Value]} attribute */
function toKeyValue([key, value]) {
  if (typeof value === "string") return { key, value: { stringValue: value } };
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}

/**
 * Chrome's trace event form, for viewers that read nothing else. Concurrent spans get lanes of their own,
 * so that every lane nests.
 * @param {readonly MadeSpan[]} spans
 */
export function toChromeTrace(spans) {
  const lane = new Int32Array(spans.length);
  /** When each lane is free again. @type {number[]} */
  const freeUs = [];
  /** When the last child on its parent's own lane ends. */
  const childEndUs = new Float64Array(spans.length);
  const order = spans
    .map((_, i) => i)
    .sort((a, b) => (spans[a]?.startUs ?? 0) - (spans[b]?.startUs ?? 0) || a - b);
  for (const i of order) {
    const span = spans[i];
    if (!span) continue;
    const endUs = span.startUs + span.durationUs;
    if (span.parent >= 0 && (childEndUs[span.parent] ?? 0) <= span.startUs) {
      lane[i] = lane[span.parent] ?? 0;
      childEndUs[span.parent] = endUs;
      continue;
    }
    let free = freeUs.findIndex((us) => us <= span.startUs);
    if (free < 0) free = freeUs.length;
    lane[i] = free;
    freeUs[free] = endUs;
  }
  const traceEvents = order.map((i) => {
    const { name, service, startUs, durationUs, attributes } = /** @type {MadeSpan} */ (spans[i]);
    const args = Object.fromEntries(attributes);
    return {
      ph: "X",
      name,
      cat: service,
      pid: 1,
      tid: (lane[i] ?? 0) + 1,
      ts: startUs,
      dur: durationUs,
      args,
    };
  });
  return JSON.stringify({ displayTimeUnit: "ms", traceEvents });
}
