import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datasetName } from "@/lib/api/datasets";
import { datasetNameOf, isDatasetName } from "@/lib/ingest/file-names";
import { uploadStatus } from "./ingest";

describe("uploadStatus", () => {
  const file = (status: "stored" | "refused") => ({ name: "a.csv", status });
  it.each([
    [[file("stored"), file("stored")], 200],
    [[file("stored"), file("refused")], 207],
    [[file("refused"), file("refused")], 400],
  ] as const)("%j gives %i", (files, status) => expect(uploadStatus({ files: [...files] })).toBe(status));
});

describe("names of datasets", () => {
  it("follow one rule in the API and where they are made", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "Ü", "7", "_", "-", ".", " ", "/", "京", "\n"),
      maxLength: 105,
    });
    fc.assert(
      fc.property(name, (text) => {
        expect(isDatasetName(text)).toBe(datasetName.safeParse(text).success);
        if (/[a7_Ü京]/.test(text))
          expect(datasetName.safeParse(datasetNameOf(`${text}.csv`)).success).toBe(true);
      }),
    );
  });
});
