import { readFileSync } from "node:fs";

interface SampleExpectation {
  readonly question: string;
  readonly mode: "structured" | "unstructured" | "combined" | "refused";
  readonly expect: {
    readonly values?: readonly string[];
    readonly document?: string;
    readonly contains?: string;
  };
}

const all: readonly SampleExpectation[] = JSON.parse(readFileSync("sample/questions.json", "utf8"));

/** The questions of the sample data with their answers; the sample's own test computes them from the files. */
export const answerable = all.filter(({ mode }) => mode !== "refused");
export const unanswerable = all.filter(({ mode }) => mode === "refused");
