import type { FoundSpans, SearchSpans } from "@/lib/gantt/find-nodes";
import { spanPasses } from "@/lib/trace/find-terms";
import { SpanBlock } from "@/lib/trace/span-blocks";
import type { PackedRun } from "./packed-spans";

/** After so much work the page gets its turn: it still draws 60 times a second. */
const turnMs = 8;

/**
 * Searches attributes and events of packed runs: block by block, each unpacked and let go again, so that a file of
 * 100,000 spans takes no more memory for it than one block. Rejects as soon as the signal fires.
 */
export function searchPackedSpans(runs: readonly PackedRun[]): SearchSpans {
  return async (run, terms, signal, onProgress) => {
    const packed = runs[run];
    if (!packed) return terms.map(() => ({ spans: [], complete: true }));
    const { columns, blockSpans, blocks } = packed;
    const spanAt = spansByPlace(packed);
    const found: number[][] = terms.map(() => []);
    let began = performance.now();
    for (let block = 0; block < blocks; block++) {
      const unpacked = new SpanBlock(await packed.readBlock(block));
      for (
        let place = block * blockSpans;
        place < Math.min(spanAt.length, (block + 1) * blockSpans);
        place++
      ) {
        const index = spanAt[place] ?? -1;
        if (index < 0) continue;
        const span = unpacked.span(place % blockSpans, columns, index);
        for (const [t, term] of terms.entries()) if (spanPasses(term, span)) found[t]?.push(index);
        if (performance.now() - began < turnMs) continue;
        await turn(signal);
        began = performance.now();
      }
      onProgress?.((block + 1) / blocks);
      signal.throwIfAborted();
    }
    signal.throwIfAborted();
    return found.map((spans): FoundSpans => ({ spans, complete: true }));
  };
}

/** The column index of the span at each place, -1 where there is none. */
function spansByPlace({ columns, places }: PackedRun): Int32Array {
  if (!places) return Int32Array.from({ length: columns.count }, (_, i) => i);
  let last = 0;
  for (let i = 0; i < columns.count; i++) last = Math.max(last, places[i] ?? 0);
  const spans = new Int32Array(last).fill(-1);
  for (let i = 0; i < columns.count; i++) {
    const place = (places[i] ?? 0) - 1;
    if (place >= 0) spans[place] = i;
  }
  return spans;
}

/** Lets the page draw and hear. A message comes at once, where a timer is held back by 4 ms after a few. */
function turn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    port2.postMessage(null);
  });
}
