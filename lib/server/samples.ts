import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { answerModes, type SampleQuestions } from "@/lib/api/ask";
import { listDatasets, wasEverLoaded } from "@/lib/clickhouse/datasets/datasets";
import { ingestFiles } from "@/lib/ingest/upload/files";
import { type IngestCall, type IngestServices, runIngest } from "./ingest";
import type { Services } from "./running";

export const samplesRequestSchema = z.strictObject({
  /** Load them only where nothing was ever loaded, so that deleted samples stay deleted. */
  if_untouched: z.boolean().default(false),
});

export interface SamplesLoaded {
  readonly loaded: boolean;
  readonly tables: number;
  readonly documents: number;
  readonly rows: number;
  readonly passages: number;
}

export interface SamplesProgress {
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/** The app runs in the repository's root. */
const folder = join(process.cwd(), "sample");
const documentsDataset = "handbook";

async function samplePaths(part: "tables" | "documents"): Promise<string[]> {
  const names = await readdir(join(folder, part));
  return names.sort().map((name) => join(folder, part, name));
}

/** Loads the sample tables, and the sample documents as one dataset, in place of what has those names. */
export async function loadSamples(
  services: IngestServices,
  request: z.output<typeof samplesRequestSchema>,
  call: Omit<IngestCall, "onProgress">,
  onProgress?: (progress: SamplesProgress) => void,
): Promise<SamplesLoaded> {
  if (request.if_untouched && (await wasEverLoaded(services.database.data))) {
    return { loaded: false, tables: 0, documents: 0, rows: 0, passages: 0 };
  }
  const paths = [...(await samplePaths("tables")), ...(await samplePaths("documents"))];
  let done = 0;
  const outcomes = await runIngest(services, call, (options) =>
    ingestFiles({ paths, documentsDataset }, options, (file) => {
      done++;
      onProgress?.({ file, done, total: paths.length });
    }),
  );
  const refused = outcomes.find(({ status }) => status === "refused");
  if (refused) throw new Error(`The sample file ${refused.name} was refused: ${refused.reason}`);
  const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0);
  return {
    loaded: true,
    tables: outcomes.filter(({ rows }) => rows !== undefined).length,
    documents: outcomes.filter(({ passages }) => passages !== undefined).length,
    rows: sum(outcomes.map(({ rows }) => rows)),
    passages: sum(outcomes.map(({ passages }) => passages)),
  };
}

const questionsFile = z.array(z.object({ question: z.string(), mode: z.string() }));
const shownOfEachMode = 3;

/** The sample questions that the loaded data can answer: none for a kind of data that is not there. */
export async function readSampleQuestions(
  { database }: Pick<Services, "database">,
  signal: AbortSignal,
): Promise<SampleQuestions> {
  const datasets = await listDatasets(database.data, signal);
  const names = new Set(datasets.map(({ name }) => name));
  const hasDocuments = names.has(documentsDataset);
  const tables = (await readdir(join(folder, "tables"))).map((name) => name.replace(/\.[^.]*$/, ""));
  const hasTables = tables.every((name) => names.has(name));
  const all = questionsFile.parse(JSON.parse(await readFile(join(folder, "questions.json"), "utf8")));
  const questions = answerModes
    .filter((mode) => (mode === "structured" || hasDocuments) && (mode === "unstructured" || hasTables))
    .flatMap((mode) =>
      all
        .filter((each) => each.mode === mode)
        .slice(0, shownOfEachMode)
        .map(({ question }) => ({ question, mode })),
    );
  return { questions };
}
