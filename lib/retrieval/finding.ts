import type { Evidence } from "@/lib/api/ask";

/** What one side, tables or documents, makes of a question. */
export interface Finding {
  readonly supported: boolean;
  readonly text: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
}
