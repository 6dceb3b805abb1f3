import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { datasetName, maxUploadFiles } from "@/lib/api/datasets";
import { datasetNameOf, isDatasetName } from "@/lib/ingest/file-names";
import { ingestLimits } from "@/lib/ingest/ports";
import { CutUpload } from "@/lib/ingest/refusal";
import { problemBody } from "./http/problem";
import { cutToProblem, uploadStatus, withinDeadline } from "./ingest";

afterEach(() => void vi.useRealTimers());

describe("uploadStatus", () => {
  const file = (status: "stored" | "refused") => ({ name: "a.csv", status });
  it.each([
    [[file("stored"), file("stored")], 200],
    [[file("stored"), file("refused")], 207],
    [[file("refused"), file("refused")], 400],
  ] as const)("%j gives %i", (files, status) => expect(uploadStatus({ files: [...files] })).toBe(status));
});

describe("an upload that was too slow", () => {
  it("is answered with what was kept, and ends its connection", () => {
    const files = Array.from({ length: 12 }, (_, n) => ({ name: `${n}.csv`, status: "stored" as const }));
    const half = { name: "half.csv", status: "refused" as const, reason: "It was cut." };
    const problem = cutToProblem(
      new CutUpload("No byte of the upload came for 30 seconds.", [...files, half]),
    );
    expect(problem.headers).toEqual({ connection: "close" });
    expect(problemBody(problem)).toEqual({
      type: "about:blank",
      title: "Upload too slow",
      status: 408,
      detail:
        "No byte of the upload came for 30 seconds. Stored and kept: 0.csv, 1.csv, 2.csv, 3.csv, 4.csv, 5.csv, " +
        "6.csv, 7.csv, 8.csv, 9.csv and 2 others. Send the rest again.",
      files: [...files, half],
    });
  });

  it("says that nothing was stored where nothing was", () => {
    expect(cutToProblem(new CutUpload("It was slow.", [])).detail).toBe(
      "It was slow. Nothing was stored. Send the rest again.",
    );
  });
});

it("a file's deadline ends its work, and waits for the end of that", async () => {
  vi.useFakeTimers();
  const steps: string[] = [];
  const working = withinDeadline(new AbortController().signal, 1_000, async (signal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    steps.push("taken back");
    throw new Error("aborted");
  }).catch((error: Error) => steps.push(error.name));
  await vi.advanceTimersByTimeAsync(2_000);
  await working;
  expect(steps).toEqual(["taken back", "DeadlineExceeded"]);
});

it("one limit of files for the page and for the app", () => {
  expect(ingestLimits(1).maxFiles).toBe(maxUploadFiles);
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
