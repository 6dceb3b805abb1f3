import { defineJob } from "../job";

/* The jobs that the pool is tested with; their code is in jobs.ts. */

export const kinds = ["thread", "process"] as const;
export type Kind = (typeof kinds)[number];

export const echo = (kind: Kind) => defineJob<{ readonly value: unknown }, unknown>(`echo.${kind}`, kind);
/** Gives the bytes of its file, added up, and how many pieces they came in. */
export const sum = (kind: Kind) =>
  defineJob<null, { readonly bytes: number; readonly sum: number }>(`sum.${kind}`, kind);
export const count = (kind: Kind) =>
  defineJob<{ readonly to: number }, number, number>(`count.${kind}`, kind);
export const spin = (kind: Kind) => defineJob<null, never, string>(`spin.${kind}`, kind);
export const fail = (kind: Kind) => defineJob<null, never>(`fail.${kind}`, kind);
export const exit = (kind: Kind) => defineJob<null, never>(`exit.${kind}`, kind);
export const recurse = (kind: Kind) => defineJob<null, number>(`recurse.${kind}`, kind);
export const fillHeap = (kind: Kind) => defineJob<null, number>(`fill-heap.${kind}`, kind);
export const spans = (kind: Kind) => defineJob<null, string | undefined>(`spans.${kind}`, kind);
/** Memory that V8's limit does not count. */
export const fillBuffers = defineJob<null, number>("fill-buffers", "process");
export const writeLines = defineJob<{ readonly lines: number; readonly padding?: number }, number>(
  "write-lines",
  "process",
);
export const environment = defineJob<null, { readonly pid: number; readonly names: readonly string[] }>(
  "environment",
  "process",
);
