import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createStore } from "@/lib/clickhouse/store";
import { ingestFiles } from "@/lib/ingest/upload/files";
import { ask } from "@/lib/retrieval/ask";
import type { Ports } from "@/lib/retrieval/ports";
import { startTestIngest } from "./testing/ingest";

const questions = z
  .array(
    z.object({
      question: z.string(),
      mode: z.enum(["structured", "unstructured", "combined", "refused"]),
      expect: z.object({
        values: z.array(z.string()).optional(),
        document: z.string().optional(),
        contains: z.string().optional(),
      }),
    }),
  )
  .parse(JSON.parse(await readFile("sample/questions.json", "utf8")));

const { database, options } = startTestIngest();
const { signal } = options;
const ports: Ports = {
  store: createStore(database),
  span: (_name, work) => work({ set: () => undefined, event: () => undefined }),
  now: () => performance.now(),
  today: () => new Date(),
};

beforeAll(async () => {
  const paths = await Promise.all(
    ["tables", "documents"].map(async (part) => {
      const names = await readdir(join("sample", part));
      return names.sort().map((name) => join("sample", part, name));
    }),
  );
  await ingestFiles({ paths: paths.flat(), documentsDataset: "handbook" }, options, () => undefined);
});

/** Without thousands separators, as the expectations are written. */
const plain = (text: string) => text.replace(/(?<=\d),(?=\d{3})/g, "");

describe("the sample questions", () => {
  it.each(questions)("auto: $question", async ({ question, mode, expect: wanted }) => {
    const answer = await ask(question, "auto", ports, signal);
    if (mode === "refused") {
      expect(answer.status, answer.answer).toBe("refused");
      return;
    }
    expect([answer.status, answer.mode], answer.answer).toEqual(["answered", mode]);
    for (const value of wanted.values ?? []) expect(plain(answer.answer)).toContain(value);
    if (wanted.contains) expect(answer.answer).toContain(wanted.contains);
    const kinds = new Set(answer.evidence.map(({ kind }) => kind));
    if (mode !== "unstructured") expect(kinds).toContain("table");
    if (mode !== "structured") expect(kinds).toContain("passage");
    if (wanted.document) {
      const best = answer.evidence.find((evidence) => evidence.kind === "passage");
      expect(best?.document).toBe(wanted.document);
      const marked = best?.marks.map(({ start, end }) => best.text.slice(start, end)).join(" ");
      expect(marked).toContain(wanted.contains);
    }
  });

  it.each(questions.filter(({ mode }) => mode !== "refused"))(
    "$mode: $question",
    async ({ question, mode, expect: wanted }) => {
      const answer = await ask(question, mode === "refused" ? "auto" : mode, ports, signal);
      expect([answer.status, answer.mode], answer.answer).toEqual(["answered", mode]);
      for (const value of wanted.values ?? []) expect(plain(answer.answer)).toContain(value);
      if (wanted.contains) expect(answer.answer).toContain(wanted.contains);
    },
  );
});
