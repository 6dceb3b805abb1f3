/** What was proved and what was not, as it goes along. */
export interface Verdict {
  passed(what: string): void;
  failed(what: string, why: string): void;
  /** One line: the figure behind what was proved. */
  note(line: string): void;
  readonly totals: { readonly passed: number; readonly failed: number };
}

/** Of failures of one kind this many are shown; a broken parser has thousands. */
const shownFailures = 10;

export function createVerdict(out: NodeJS.WritableStream): Verdict {
  const totals = { passed: 0, failed: 0 };
  const shown = new Map<string, number>();
  return {
    totals,
    passed(what) {
      totals.passed++;
      out.write(`  ok      ${what}\n`);
    },
    failed(what, why) {
      totals.failed++;
      const times = (shown.get(what) ?? 0) + 1;
      shown.set(what, times);
      if (times <= shownFailures) out.write(`  FAILED  ${what}: ${why}\n`);
    },
    note(line) {
      out.write(`          ${line}\n`);
    },
  };
}
