import { at, int32At } from "@/lib/base/checked";
import type { Steps } from "@/lib/base/steps";
import type { StoredTerm } from "@/lib/find/find-terms";
import { markColumns, SearchableBlock } from "@/lib/find/search-block";
import type { FoundSpans, SearchSpans } from "@/lib/gantt/find/find-nodes";
import type { PackedRun } from "../file/packed-spans";

/** Work per slice before yielding to the page, which then still draws 60 times a second. */
const turnMs = 8;
/** Minimum interval between progress reports; each one re-renders, which costs more than a work slice. */
const tellMs = 100;
/** Blocks that are unzipped, beside the page's own work, while one is searched. */
const ahead = 4;
/** Unzipped bytes of the blocks that stay open between searches: 100,000 spans have 2 to 6 MB. */
const maxKeptBytes = 16 * 1024 * 1024;

export interface PackedSearch {
  /** Searches attributes and events, block by block. Rejects as soon as the signal fires. */
  readonly search: SearchSpans;
  /** Opens blocks before somebody searches, turn by turn with the page. Rejects like `search`. */
  readonly prepare: (signal: AbortSignal) => Promise<void>;
}

/** The search of packed runs. What one search has unpacked, the next one has at hand, as far as it is kept. */
export function createPackedSearch(runs: readonly PackedRun[]): PackedSearch {
  const blocks = new OpenBlocks(runs);
  const spansOf = runs.map(() => undefined as Int32Array | undefined);
  return {
    search: async (run, terms, signal, onProgress) => {
      const packed = at(runs, run);
      const { blockSpans } = packed;
      spansOf[run] ??= spansByPlace(packed);
      const spanAt = spansOf[run];
      const work = new Turns(signal);
      const searches: { term: StoredTerm; byColumns: Uint8Array | null; found: number[] }[] = [];
      for (const term of terms) {
        searches.push({ term, byColumns: await work.finish(markColumns(packed.columns, term)), found: [] });
      }
      const opening: Promise<SearchableBlock>[] = [];
      let next = 0;
      let toldMs = performance.now();
      for (let block = 0; block < packed.blocks; block++) {
        for (; next < Math.min(packed.blocks, block + 1 + ahead); next++)
          opening.push(blocks.open(run, next));
        const searchable = await opening.shift();
        signal.throwIfAborted();
        if (!searchable) break;
        const first = block * blockSpans;
        const many = Math.min(spanAt.length - first, blockSpans);
        for (const { term, byColumns, found } of searches) {
          const marked = await work.finish(searchable.mark(term));
          for (let i = 0; i < many; i++) {
            const span = int32At(spanAt, first + i);
            if (span >= 0 && (marked[i] || byColumns?.[span])) found.push(span);
          }
        }
        if (performance.now() - toldMs < tellMs) continue;
        toldMs = performance.now();
        onProgress?.((block + 1) / packed.blocks);
      }
      signal.throwIfAborted();
      return searches.map(({ found }): FoundSpans => ({ spans: found, complete: true }));
    },
    prepare: async (signal) => {
      for (const [run, packed] of runs.entries()) {
        for (let block = 0; block < packed.blocks && !blocks.isFull; block++) {
          await turn(signal);
          await blocks.open(run, block);
        }
      }
    },
  };
}

/** Blocks that are open, and those on their way: each is opened once as long as it is kept. */
class OpenBlocks {
  private readonly kept = new Map<string, Promise<SearchableBlock>>();
  private keptBytes = 0;

  constructor(private readonly runs: readonly PackedRun[]) {}

  get isFull(): boolean {
    return this.keptBytes >= maxKeptBytes;
  }

  open(run: number, block: number): Promise<SearchableBlock> {
    const key = `${run} ${block}`;
    const known = this.kept.get(key);
    if (known) return known;
    const opening = this.read(run, block, key);
    this.kept.set(key, opening);
    // A bad block is reported when it is searched, and read again the next time.
    opening.catch(() => this.kept.delete(key));
    return opening;
  }

  private async read(run: number, block: number, key: string): Promise<SearchableBlock> {
    const bytes = await at(this.runs, run).readBlock(block);
    if (this.keptBytes + bytes.length > maxKeptBytes) this.kept.delete(key);
    else this.keptBytes += bytes.length;
    return new SearchableBlock(bytes);
  }
}

/** Does work in steps, and gives the page its turn between them. */
class Turns {
  private beganMs = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  /** Rejects as soon as the signal fires. */
  async finish<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (performance.now() - this.beganMs >= turnMs) {
        await turn(this.signal);
        this.beganMs = performance.now();
      }
      if (done) return value;
    }
  }
}

/** The column index of the span at each place, -1 where there is none. */
function spansByPlace({ columns, places }: PackedRun): Int32Array {
  if (!places) return Int32Array.from({ length: columns.count }, (_, i) => i);
  let last = 0;
  for (const place of places) last = Math.max(last, place);
  const spans = new Int32Array(last).fill(-1);
  for (const [i, place] of places.entries()) if (place > 0) spans[place - 1] = i;
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
