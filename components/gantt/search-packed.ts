import type { FoundSpans, SearchSpans } from "@/lib/gantt/find-nodes";
import { markColumns, SearchableBlock } from "@/lib/trace/search-block";
import type { PackedRun } from "./packed-spans";

/** After so much work the page gets its turn: it still draws 60 times a second. */
const turnMs = 8;
/** How far it is, is told so often: whoever hears it renders anew, which takes longer than a turn. */
const tellMs = 100;
/** Blocks that are unzipped, beside the page's own work, while one is searched. */
const ahead = 4;
/** Blocks that stay open between searches: 200,000 spans, some 60 MB where every value of theirs was looked at. */
const maxKept = 200;

export interface PackedSearch {
  /** Searches attributes and events, block by block. Rejects as soon as the signal fires. */
  readonly search: SearchSpans;
  /** Opens the blocks before somebody searches, in the page's spare time. Rejects like `search`. */
  readonly prepare: (signal: AbortSignal) => Promise<void>;
}

/** The search of packed runs. What one search has unpacked, the next one has at hand. */
export function createPackedSearch(runs: readonly PackedRun[]): PackedSearch {
  const kept = new Map<string, SearchableBlock>();
  const spansOf = runs.map(() => undefined as Int32Array | undefined);
  const open = async (run: number, packed: PackedRun, block: number) => {
    const key = `${run} ${block}`;
    const known = kept.get(key);
    if (known) return known;
    const opened = new SearchableBlock(await packed.readBlock(block));
    if (kept.size < maxKept) kept.set(key, opened);
    return opened;
  };
  return {
    search: async (run, terms, signal, onProgress) => {
      const packed = runs[run];
      if (!packed) return terms.map(() => ({ spans: [], complete: true }));
      const { columns, blockSpans, blocks } = packed;
      spansOf[run] ??= spansByPlace(packed);
      const spanAt = spansOf[run];
      const byColumns = terms.map((term) => markColumns(columns, term));
      const found: number[][] = terms.map(() => []);
      const opening: Promise<SearchableBlock>[] = [];
      let began = performance.now();
      let told = began;
      for (let block = 0; block < blocks; block++) {
        for (let next = opening.length; next < Math.min(blocks, block + 1 + ahead); next++) {
          const opened = open(run, packed, next);
          // What is wrong with a block is told when its turn comes.
          opened.catch(() => {});
          opening.push(opened);
        }
        const searchable = await opening[block];
        signal.throwIfAborted();
        const first = block * blockSpans;
        const many = Math.min(spanAt.length - first, blockSpans);
        for (const [t, term] of terms.entries()) {
          const marked = searchable?.mark(term);
          for (let i = 0; i < many; i++) {
            const span = spanAt[first + i] ?? -1;
            if (span >= 0 && (marked?.[i] || byColumns[t]?.[span])) found[t]?.push(span);
          }
        }
        if (performance.now() - began < turnMs) continue;
        await turn(signal);
        began = performance.now();
        if (began - told < tellMs) continue;
        told = began;
        onProgress?.((block + 1) / blocks);
      }
      signal.throwIfAborted();
      return found.map((spans): FoundSpans => ({ spans, complete: true }));
    },
    prepare: async (signal) => {
      for (const [run, packed] of runs.entries()) {
        for (let block = 0; block < packed.blocks && kept.size < maxKept; block++) {
          await turn(signal);
          await open(run, packed, block);
        }
      }
    },
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
