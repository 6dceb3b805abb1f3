// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { UploadBars } from "./upload-progress";

afterEach(cleanup);

const bars = () =>
  screen.getAllByRole("progressbar").map((bar) => {
    const { value, max } = bar as HTMLProgressElement;
    return [bar.getAttribute("aria-label"), value, max];
  });

it("shows what is sent and what of it is stored", () => {
  const reading = { file: "trips.csv", read_bytes: 600, stored_bytes: 400, total_bytes: 1_000, rows: 12 };
  render(<UploadBars state={{ sentBytes: 700, totalBytes: 1_000, reading }} onCancel={() => {}} />);
  expect(bars()).toEqual([
    ["Sent", 700, 1_000],
    ["Stored", 400, 1_000],
  ]);
  expect(screen.getByText("Storing trips.csv, 12 rows")).toBeTruthy();
});

it("says that a file is read until something of it is stored", () => {
  const reading = { file: "trips.csv", read_bytes: 1_000, stored_bytes: 0, total_bytes: 1_000, rows: 5 };
  render(<UploadBars state={{ sentBytes: 1_000, totalBytes: 1_000, reading }} onCancel={() => {}} />);
  expect(screen.getByText("Reading trips.csv, 5 rows")).toBeTruthy();
});

it("has both bars from the start, so that nothing moves later", () => {
  render(<UploadBars state={{ sentBytes: 0, totalBytes: 10, reading: undefined }} onCancel={() => {}} />);
  expect(bars()).toEqual([
    ["Sent", 0, 10],
    ["Stored", 0, 10],
  ]);
});
