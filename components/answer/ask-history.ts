import { useSyncExternalStore } from "react";
import { z } from "zod";
import { askAnswerSchema, askModes } from "@/lib/api/ask";

/** A question asked in this tab, with its answer. */
const askedSchema = z.object({
  question: z.string(),
  mode: z.enum(askModes),
  askedAtMs: z.number(),
  answer: askAnswerSchema,
});
export type Asked = z.infer<typeof askedSchema>;

const storageKey = "asked";
const maxAsked = 20;
const none: readonly Asked[] = [];

let asked: readonly Asked[] | undefined;
const listeners = new Set<() => void>();

function read(): readonly Asked[] {
  if (asked) return asked;
  try {
    asked = z.array(askedSchema).parse(JSON.parse(sessionStorage.getItem(storageKey) ?? "[]"));
  } catch {
    // Storage is closed to the page, or holds what an older version wrote.
    asked = none;
  }
  return asked;
}

/** Puts a question first; the oldest beyond twenty is forgotten. The tab keeps them until it is closed. */
export function rememberAsked(entry: Asked): void {
  asked = [entry, ...read().filter(({ answer }) => answer.run_id !== entry.answer.run_id)].slice(0, maxAsked);
  for (let kept = asked; kept.length > 0; kept = kept.slice(0, -1)) {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify(kept));
      break;
    } catch {
      // The storage is full: fewer are kept for a reload. What is shown stays.
    }
  }
  for (const listener of listeners) listener();
}

/** The questions asked in this tab, newest first. */
export function useAsked(): readonly Asked[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read,
    () => none,
  );
}
