import { describe, expect, it } from "vitest";
import { readPeriods } from "./periods";
import { readQuestion } from "./question";

// A Wednesday.
const today = new Date(2025, 4, 14, 15, 30);

function read(text: string) {
  return readPeriods(readQuestion(text), today).map(({ start, end, part, values, year }) => ({
    ...(start ? { start } : {}),
    ...(end ? { end } : {}),
    ...(part ? { part, values } : {}),
    ...(year ? { year } : {}),
  }));
}

describe("readPeriods", () => {
  it.each([
    ["in 2024", { start: "2024-01-01", end: "2025-01-01", year: 2024 }],
    ["before 2024", { end: "2024-01-01" }],
    ["after June 2024", { start: "2024-07-01" }],
    ["since 2023", { start: "2023-01-01" }],
    ["until March 2025", { end: "2025-04-01" }],
    ["in March 2025", { start: "2025-03-01", end: "2025-04-01" }],
    ["in December of 2024", { start: "2024-12-01", end: "2025-01-01" }],
    ["on 11 June 2024", { start: "2024-06-11", end: "2024-06-12" }],
    ["on June 11th, 2024", { start: "2024-06-11", end: "2024-06-12" }],
    ["on 2024-06-30", { start: "2024-06-30", end: "2024-07-01" }],
    ["in Q3 2025", { start: "2025-07-01", end: "2025-10-01" }],
    ["in the last quarter of 2025", { start: "2025-10-01", end: "2026-01-01" }],
    ["in the first half of 2025", { start: "2025-01-01", end: "2025-07-01" }],
    ["in winter 2024", { start: "2024-12-01", end: "2025-03-01" }],
    ["between 2020 and 2022", { start: "2020-01-01", end: "2023-01-01" }],
    ["from March 2024 to May 2024", { start: "2024-03-01", end: "2024-06-01" }],
    ["yesterday", { start: "2025-05-13", end: "2025-05-14" }],
    ["this month", { start: "2025-05-01", end: "2025-06-01" }],
    ["last quarter", { start: "2025-01-01", end: "2025-04-01" }],
    ["last week", { start: "2025-05-05", end: "2025-05-12" }],
    ["in the last 7 days", { start: "2025-05-08", end: "2025-05-15" }],
    ["last February", { start: "2025-02-01", end: "2025-03-01" }],
    ["last May", { start: "2024-05-01", end: "2024-06-01" }],
    ["last Monday", { start: "2025-05-12", end: "2025-05-13" }],
    ["last Wednesday", { start: "2025-05-07", end: "2025-05-08" }],
    ["in March", { part: "month", values: [3] }],
    ["on Sundays", { part: "weekday", values: [7] }],
    ["at weekends", { part: "weekday", values: [6, 7] }],
  ])("reads %j", (text, expected) => expect(read(text)).toEqual([expected]));

  it.each([["may I ride"], ["1,250 trips"], ["the last year that it won"]])("finds no day in %j", (text) =>
    expect(read(text).filter(({ start, end }) => start && end && start.slice(5) !== "01-01")).toEqual([]),
  );

  it("takes a day that does not exist for its month", () => {
    expect(read("on 31 February 2024")).toEqual([{ start: "2024-02-01", end: "2024-03-01" }]);
  });

  it("reads a stretch of time that begins the question", () => {
    expect(readPeriods(readQuestion("2019 to 2021 loans"), today)).toEqual([
      { from: 0, until: 3, start: "2019-01-01", end: "2022-01-01", values: [], words: "2019 to 2021" },
    ]);
  });

  it("keeps two periods apart", () => {
    expect(read("2024 compared to 2025")).toHaveLength(2);
  });
});
