// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { resultsToWords, UploadResults } from "./upload-results";

afterEach(cleanup);

it("puts the refused first, with their reasons, and says what each stored one became", () => {
  render(
    <UploadResults
      files={[
        {
          name: "trips.csv",
          status: "stored",
          dataset: "trips",
          rows: 1_200,
          columns: [{ name: "a", type: "String" }],
        },
        { name: "notes.md", status: "stored", dataset: "handbook", passages: 1 },
        { name: "x.bin", status: "refused", reason: "It is not text. Upload CSV." },
      ]}
    />,
  );
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "x.bin was refused. It is not text. Upload CSV.",
    "trips.csv → trips: 1,200 rows, 1 column",
    "notes.md → handbook: 1 passage",
  ]);
});

it.each([
  [1, 0, "1 file stored"],
  [0, 2, "2 files refused, nothing was stored"],
  [3, 1, "3 files stored, 1 refused"],
])("%d stored and %d refused", (stored, refused, words) =>
  expect(resultsToWords(stored, refused)).toBe(words),
);
