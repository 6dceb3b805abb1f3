import { int32At, uint8At } from "@/lib/base/checked";
import { nodeOfSpan, type Timeline } from "../timeline";
import {
  closedFromDepth,
  countBelow,
  openingDepth,
  type Rows,
  reveal,
  rowOfNode,
  visibleRows,
  withAncestors,
} from "./layout";

/** A span by its run and its index in that run's columns. */
export interface SpanRef {
  readonly run: number;
  readonly span: number;
}

/** Which rows are closed, as an address can hold it: from a depth on, but for these. */
export interface Folds {
  /** Infinity where nothing is closed by its depth. */
  readonly depth: number;
  /** Closed where the depth says open, and the other way round. */
  readonly turned: readonly SpanRef[];
}

/** Single rows kept in an address; beyond this, only the depth is. */
export const maxTurned = 40;

/**
 * Which rows there are: what is closed, and while a search hides the rest, what is kept. A search begins with
 * everything open that it keeps, and has its own closed rows; those from before come back when it ends.
 */
export class RowState {
  rows: Rows;
  /** 1 for nodes whose children are hidden. */
  closed: Uint8Array;
  private depth: number;
  private kept: Uint8Array | null = null;
  private closedBefore: Uint8Array | null = null;
  /** Told again and again while nothing about the rows changes. */
  private told: { readonly folds: Folds | undefined } | undefined;

  constructor(
    private readonly timeline: Timeline,
    folds?: Folds,
  ) {
    this.depth = folds?.depth ?? openingDepth(timeline);
    this.closed = closedFromDepth(timeline, this.depth);
    for (const { run, span } of folds?.turned ?? []) {
      const node = nodeOfSpan(timeline, run, span);
      if (node >= 0) this.closed[node] = this.closed[node] ? 0 : 1;
    }
    this.rows = visibleRows(timeline, this.closed);
  }

  /** Takes over what is closed node by node, as it was in a timeline before this one. */
  adopt(depth: number, closed: Uint8Array): void {
    this.depth = depth;
    this.closed = closed;
    this.layOut();
  }

  get foldDepth(): number {
    return this.depth;
  }

  /** What is closed apart from any search. */
  get ownClosed(): Uint8Array {
    return this.closedBefore ?? this.closed;
  }

  /** Undefined where everything is as the run opens. */
  folds(): Folds | undefined {
    this.told ??= { folds: this.findFolds() };
    return this.told.folds;
  }

  private findFolds(): Folds | undefined {
    const { timeline, depth } = this;
    const closed = this.ownClosed;
    const byDepth = closedFromDepth(timeline, depth);
    const turned: SpanRef[] = [];
    for (let node = 0; node < closed.length; node++) {
      if (closed[node] === byDepth[node]) continue;
      const span = int32At(timeline.span, node);
      if (turned.length >= maxTurned)
        return depth === openingDepth(timeline) ? undefined : { depth, turned: [] };
      if (span >= 0) turned.push({ run: uint8At(timeline.run, node), span });
    }
    return turned.length === 0 && depth === openingDepth(timeline) ? undefined : { depth, turned };
  }

  canOpen(node: number): boolean {
    return countBelow(this.timeline, this.rows, node) > 0;
  }

  toggle(node: number): void {
    this.closed[node] = this.closed[node] ? 0 : 1;
    this.layOut();
  }

  /** Opens everything above a depth and closes the rest. */
  closeFrom(depth: number): void {
    this.closed = closedFromDepth(this.timeline, depth);
    if (!this.kept) this.depth = this.closed.includes(1) ? depth : Number.POSITIVE_INFINITY;
    this.layOut();
  }

  /** Opens a node and everything below it. */
  openBelow(node: number): void {
    this.closed.fill(0, node, node + int32At(this.timeline.size, node));
    this.layOut();
  }

  /** Opens what hides a node; false where no row can show it, because a search hides it. */
  reveal(node: number): boolean {
    if (this.kept && !this.kept[node]) return false;
    if (reveal(this.timeline, this.closed, node)) this.layOut();
    return true;
  }

  /** Shows only the marked nodes and their ancestors, or everything again. */
  keepOnly(marked: Uint8Array | null): void {
    if (!marked) {
      if (!this.kept) return;
      this.kept = null;
      if (this.closedBefore) this.closed = this.closedBefore;
      this.closedBefore = null;
    } else {
      this.closedBefore ??= this.closed;
      this.closed = new Uint8Array(this.timeline.count);
      this.kept = withAncestors(this.timeline, marked);
    }
    this.layOut();
  }

  /** The node whose row stands for this one: its own, or the nearest above that has a row; -1 where none has. */
  standIn(node: number): number {
    const row = rowOfNode(this.timeline, this.rows, node);
    return row < 0 ? -1 : int32At(this.rows.node, row);
  }

  private layOut(): void {
    this.told = undefined;
    this.rows = visibleRows(this.timeline, this.closed, this.kept);
  }
}
