import { at } from "@/lib/base/checked";
import { damaged } from "./damage";
import type { Leaf } from "./leaf";
import { type ColumnChunk, type LeafPage, leafPages, nameOf } from "./pages";

export interface RowLevels {
  /** Empty where nothing of the leaf's path is optional or repeats. */
  readonly definition: number[];
  /** Empty where nothing repeats. */
  readonly repetition: number[];
  readonly values: unknown[];
}

/** The levels and values of a leaf, row by row: pages of the first version may end within a row. */
export class LeafLevels {
  readonly #pages: Generator<LeafPage>;
  #page: LeafPage | undefined;
  #at = 0;
  #value = 0;

  constructor(
    private readonly leaf: Leaf,
    chunk: ColumnChunk,
  ) {
    this.#pages = leafPages(chunk);
  }

  /** The next rows; the row group has to have as many. */
  take(rows: number): RowLevels {
    const { maxDefinition, maxRepetition } = this.leaf;
    const taken: RowLevels = { definition: [], repetition: [], values: [] };
    let begun = 0;
    for (let page = this.#current(); page; page = this.#current()) {
      for (; this.#at < page.count; this.#at++) {
        const repetition = page.repetition ? at(page.repetition, this.#at) : 0;
        if (repetition === 0 && begun++ === rows) return taken;
        const definition = page.definition ? at(page.definition, this.#at) : maxDefinition;
        if (maxDefinition > 0) taken.definition.push(definition);
        if (maxRepetition > 0) taken.repetition.push(repetition);
        if (definition === maxDefinition) taken.values.push(page.values[this.#value++]);
      }
    }
    if (begun < rows) throw damaged(`the column ${nameOf(this.leaf)} has too few rows`);
    return taken;
  }

  #current(): LeafPage | undefined {
    while (!this.#page || this.#at >= this.#page.count) {
      const next = this.#pages.next();
      if (next.done) return undefined;
      this.#page = next.value;
      this.#at = 0;
      this.#value = 0;
    }
    return this.#page;
  }
}
