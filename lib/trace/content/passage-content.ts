import { isRecord } from "@/lib/base/json-fields";
import { attributeNames } from "../names";
import { attributeNumber, cellText, indexedEntries, parseList, parseRecord } from "./attribute-json";

/** Passages that a search found or an answer read, best first. */
export interface PassageList {
  readonly searchedFor: string;
  /** The score that a bar of full length stands for; 0 where none has a score. */
  readonly fullScore: number;
  readonly passages: readonly ListedPassage[];
}

export interface ListedPassage {
  readonly id: string;
  readonly document: string;
  readonly heading: string;
  readonly text: string;
  readonly score?: number;
}

/**
 * From `gen_ai.retrieval.documents` (a JSON list of {id, score} by OpenTelemetry's conventions; ours say more)
 * or from OpenInference's `retrieval.documents.0.document.content`, `.id`, `.score`, `.metadata`.
 */
export function readPassageList(byKey: ReadonlyMap<string, string>): PassageList | undefined {
  const listed = parseList(byKey.get(attributeNames.genAiDocuments))
    .filter(isRecord)
    .map((entry): ListedPassage => {
      const score = attributeNumber(entry.score);
      return {
        id: cellText(entry.id),
        document: cellText(entry.document ?? entry.title ?? entry.source),
        heading: cellText(entry.heading),
        text: cellText(entry.text ?? entry.content),
        ...(score !== undefined && { score }),
      };
    });
  const spread = indexedEntries(byKey, "retrieval.documents.").map((entry): ListedPassage => {
    const score = attributeNumber(entry.get("document.score"));
    const metadata = parseRecord(entry.get("document.metadata"));
    return {
      id: entry.get("document.id") ?? "",
      document: cellText(metadata?.title ?? metadata?.source ?? metadata?.file_name),
      heading: "",
      text: entry.get("document.content") ?? "",
      ...(score !== undefined && { score }),
    };
  });
  const passages = listed.length > 0 ? listed : spread;
  const best = passages.reduce((most, { score = 0 }) => Math.max(most, score), 0);
  const ideal = attributeNumber(byKey.get(attributeNames.idealScore)) ?? 0;
  // Scores between 0 and 1 are shares by habit; others are shown relative to the best possible one.
  const fullScore = best > 0 && best <= 1 && ideal === 0 ? 1 : Math.max(best, ideal);
  const searchedFor = byKey.get(attributeNames.genAiQueryText) ?? "";
  return passages.length === 0 ? undefined : { searchedFor, fullScore, passages };
}
